"""The desk's webhook is slow, and takes one delivery in three."""

from __future__ import annotations

import asyncio

from handrail.app.chaos.scene import Fault, Scene

WAITS_SECONDS = 1.0
ONE_IN = 3


async def strike(scene: Scene) -> None:
    """Be slow and unwilling while the conversations run, then well again."""
    scene.sink.waits, scene.sink.fails = WAITS_SECONDS, ONE_IN
    scene.note(f"the webhook waits {WAITS_SECONDS:g} s and takes one delivery in {ONE_IN}")
    await asyncio.shield(scene.over.wait())
    scene.sink.waits, scene.sink.fails = 0.0, 0
    scene.note("the webhook is well again")


FAULT = Fault(
    "webhook slow and failing",
    "No customer waits for a webhook. Each notification is delivered in the end, under one "
    "id; one whose answer was not heard comes again under the same id.",
    15,
    strike,
)
