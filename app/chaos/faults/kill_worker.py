"""kill -9 of a worker at random moments, also in the middle of turns."""

from __future__ import annotations

import os
import signal

from handrail.app.chaos.scene import Fault, Scene

MOST = 4


async def strike(scene: Scene) -> None:
    """Kill one worker after the other, each when the one before it has been replaced."""
    for _ in range(MOST):
        if not await scene.pause(2, 7):
            return
        workers = scene.stack.workers
        doomed, ready = scene.random.choice(workers.ids()), workers.starts()
        os.kill(doomed, signal.SIGKILL)
        scene.note(f"killed worker {doomed}")
        await scene.replaced(ready + 1)
        scene.note("it is replaced")


FAULT = Fault(
    "worker killed",
    "Another worker takes the turn up again, at most 14 seconds after its worker died; where that "
    "one dies too, as long again. Nothing said is lost, or said twice.",
    45,
    strike,
)
