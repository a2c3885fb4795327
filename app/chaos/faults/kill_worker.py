"""kill -9 of a worker at random moments, also in the middle of turns."""

from __future__ import annotations

import asyncio
import os
import signal

from handrail.app.chaos.scene import Fault, Scene

MOST = 4
REPLACED_SECONDS = 90


async def strike(scene: Scene) -> None:
    """Kill one worker after the other, each when the one before it has been replaced."""
    for _ in range(MOST):
        if not await scene.pause(2, 7):
            return
        workers = scene.stack.workers
        doomed, ready = scene.random.choice(workers.ids()), workers.starts()
        os.kill(doomed, signal.SIGKILL)
        scene.note(f"killed worker {doomed}")
        async with asyncio.timeout(REPLACED_SECONDS):
            while workers.starts() == ready:
                await asyncio.sleep(0.2)
        scene.note("it is replaced")


FAULT = Fault(
    "worker killed",
    "Another worker takes the turn up again within 20 seconds; nothing said is lost or said twice.",
    strike,
)
