"""kill -9 of all workers at once: nobody is left to take anything up."""

from __future__ import annotations

import os
import signal

from handrail.app.chaos.scene import Fault, Scene


async def strike(scene: Scene) -> None:
    """Kill them all once, in the midst of turns, and wait for those that come after them."""
    if not await scene.pause(5, 12):
        return
    workers = scene.stack.workers
    doomed, ready = workers.ids(), workers.starts()
    for each in doomed:
        os.kill(each, signal.SIGKILL)
    scene.note(f"killed workers {doomed}")
    await scene.replaced(ready + len(doomed))
    scene.note("all are replaced")


FAULT = Fault(
    "all workers killed",
    "Calls wait until a worker has started. Then every turn is taken up again, once; nothing "
    "said is lost, or said twice.",
    120,
    strike,
)
