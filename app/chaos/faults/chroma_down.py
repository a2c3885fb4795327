"""The help centre's server is away for a while."""

from __future__ import annotations

import asyncio

from handrail.app.chaos.scene import Fault, Scene


async def strike(scene: Scene) -> None:
    """Stop it, and start it again after some seconds; twice."""
    for _ in range(2):
        if not await scene.pause(2, 5):
            return
        await asyncio.to_thread(scene.stack.chroma.stop)
        scene.note("stopped Chroma")
        await scene.pause(6, 10)
        await asyncio.to_thread(scene.stack.chroma.start)
        scene.note("Chroma is back")


FAULT = Fault(
    "Chroma down",
    "Whoever asks what only an article answers gets a person; everything else goes on. No "
    "answer is made up.",
    30,
    strike,
)
