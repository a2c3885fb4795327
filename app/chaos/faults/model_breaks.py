"""The model of others hangs, fails, answers nonsense or breaks off, in turn."""

from __future__ import annotations

from handrail.app.chaos.scene import Fault, Scene

SECONDS = "3"


async def strike(scene: Scene) -> None:
    """Break nothing: the model's server does it."""
    scene.note(f"the model hangs, fails, answers nonsense, breaks off; a call may take {SECONDS} s")
    await scene.over.wait()
    scene.note(", ".join(f"{way}: {count}" for way, count in scene.model.did.items()))


FAULT = Fault(
    "model breaks",
    "After the seconds that a call may take the embedded model answers, behind the same "
    "gates, or a person does.",
    60,
    strike,
    {"HANDRAIL_MODEL": "openai:broken", "HANDRAIL_MODEL_SECONDS": SECONDS},
)
