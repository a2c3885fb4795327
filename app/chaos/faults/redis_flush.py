"""FLUSHALL: somebody empties Redis, the queue of turns with it."""

from __future__ import annotations

import asyncio

from handrail.app.chaos.scene import Fault, Scene
from handrail.app.prod.redis import ask

TIMES = 8


async def strike(scene: Scene) -> None:
    """Empty it several times."""
    for _ in range(TIMES):
        if not await scene.pause(1, 5):
            return
        said = await asyncio.to_thread(ask, scene.stack.redis, "FLUSHALL")
        scene.note(f"emptied Redis: {said}")


FAULT = Fault(
    "Redis emptied",
    "A turn that is in no queue any more is put there again after 10 to 14 seconds.",
    30,
    strike,
)
