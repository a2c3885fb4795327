"""The Redis server that production stands on: is it there?"""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from handrail.app.prod.errors import CannotStart

SECONDS = 3
PORT = 6379


def ask(url: str, *words: str) -> str:
    """Send one command and return the first line of the answer. Raises OSError.

    For a server without a password: whether it is there, and to empty it on purpose.
    """
    place = urlsplit(url)
    sent = f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
    with socket.create_connection((place.hostname or "", place.port or PORT), SECONDS) as line:
        line.sendall(sent.encode("ascii"))
        return line.makefile("r", encoding="utf-8", newline="\r\n").readline().strip()


def needs_redis(url: str) -> None:
    """Raise CannotStart where no Redis answers at this URL."""
    mend = "Start it, or name another one in HANDRAIL_PROD_REDIS."
    try:
        said = ask(url, "PING")
    except OSError as problem:
        raise CannotStart(f"Redis does not answer at {_shown(url)}: {problem}", mend) from problem
    if not said.startswith(("+PONG", "-NOAUTH")):
        raise CannotStart(f"What answers at {_shown(url)} is no Redis", mend)


def _shown(url: str) -> str:
    place = urlsplit(url)
    return f"{place.hostname}:{place.port or PORT}"
