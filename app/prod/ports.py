"""Ports on loopback."""

from __future__ import annotations

import socket

HERE = "127.0.0.1"


def free_port(preferred: int = 0) -> int:
    """Return this port, or another one that is free where it is taken; ends where none is."""
    for port in (preferred, 0):
        with socket.socket() as trying:
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trying.bind((HERE, port))
            except OSError:
                continue
            return int(trying.getsockname()[1])
    raise SystemExit("No port is free.")


def listens(port: int) -> bool:
    """Tell whether somebody takes calls at this port."""
    with socket.socket() as trying:
        trying.settimeout(1)
        return trying.connect_ex((HERE, port)) == 0
