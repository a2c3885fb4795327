"""PostgreSQL restarts: once in order, once as after a crash."""

from __future__ import annotations

import asyncio
import signal

from handrail.app.chaos.scene import Fault, Scene

DOWN_SECONDS = 2.0


async def strike(scene: Scene) -> None:
    """Stop it with its clients connected, and start it again after a moment."""
    server = scene.stack.own_postgres
    if server is None:
        raise LookupError("This fault needs a PostgreSQL of its own")
    for sent, how in ((signal.SIGINT, "in order"), (signal.SIGQUIT, "without a checkpoint")):
        if not await scene.pause(4, 9):
            return
        server.program.stop_signal = sent
        await asyncio.to_thread(server.program.stop)
        scene.note(f"stopped PostgreSQL {how}")
        await asyncio.sleep(DOWN_SECONDS)
        await asyncio.to_thread(server.start)
        scene.note("PostgreSQL is back")
    server.program.stop_signal = signal.SIGINT


FAULT = Fault(
    "PostgreSQL restarted",
    "Clients are told to try again while it is away, and do. What was taken before stands, "
    "and is answered after its return; no act of the desk is half done.",
    45,
    strike,
)
