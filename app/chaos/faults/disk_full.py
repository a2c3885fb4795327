"""The disk under PostgreSQL is full: a small file system of its own, filled to the last byte."""

from __future__ import annotations

import asyncio
from pathlib import Path

from handrail.app.chaos.scene import Fault, Scene

FULL_SECONDS = 8
PIECE = b"\0" * 65_536
FILLER = "filler"
DISK = "384m"


async def strike(scene: Scene) -> None:
    """Fill it, wait, empty it; PostgreSQL is started again where it has given up."""
    server, disk = scene.stack.own_postgres, scene.disk
    if server is None or disk is None:
        raise LookupError("This fault needs a PostgreSQL of its own on a disk of its own")
    for _ in range(2):
        if not await scene.pause(3, 7):
            return
        written = await asyncio.to_thread(_fill, disk / FILLER)
        scene.note(f"filled PostgreSQL's disk with {written // 2**20} MB")
        await scene.pause(FULL_SECONDS, FULL_SECONDS)
        (disk / FILLER).unlink()
        gave_up = not server.program.is_running()
        if gave_up:
            await asyncio.to_thread(server.start)
        scene.note("there is room again" + (", PostgreSQL started again" if gave_up else ""))


def _fill(file: Path) -> int:
    """Write until nothing more fits; return how much that was."""
    written = 0
    with file.open("wb", buffering=0) as out:
        while True:
            try:
                written += out.write(PIECE)
            except OSError:
                return written


FAULT = Fault(
    "disk full",
    "What cannot be kept is not said. Clients are told to try again, or wait; they are "
    "answered after there is room again, or ask again after a minute of a silent stream.",
    120,
    strike,
    disk=DISK,
)
