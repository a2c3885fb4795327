"""Redis restarts: its queue is on disk, its subscribers are gone."""

from __future__ import annotations

import asyncio

from handrail.app.chaos.scene import Fault, Scene

DOWN_SECONDS = 2.0


async def strike(scene: Scene) -> None:
    """Kill it twice, and start it again after a moment."""
    server = scene.stack.own_redis
    if server is None:
        raise LookupError("This fault needs a Redis of its own")
    for _ in range(2):
        if not await scene.pause(4, 9):
            return
        await asyncio.to_thread(server.program.kill)
        scene.note("killed Redis")
        await asyncio.sleep(DOWN_SECONDS)
        await asyncio.to_thread(server.start)
        scene.note("Redis is back")


FAULT = Fault(
    "Redis restarted",
    "Turns that run go on; those that wait are found in PostgreSQL. A stream may break off: "
    "the client looks at the thread.",
    30,
    strike,
)
