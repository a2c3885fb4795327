"""Each message is posted twice at once, as by a client that did not hear the first answer."""

from __future__ import annotations

from handrail.app.chaos.scene import Fault, Scene


async def strike(scene: Scene) -> None:
    """Break nothing: the clients do it."""
    scene.note("each message is posted twice at once, under one id")
    await scene.over.wait()


FAULT = Fault(
    "delivered twice",
    "A message that comes again under its id stands once, and is answered once.",
    30,
    strike,
    twice=True,
)
