"""What the customers of one fault said and saw, by their own clocks."""

from __future__ import annotations

from dataclasses import dataclass, field

from handrail.app.chaos.scripts import Script


@dataclass
class Said:
    """One message: how often it was sent, whether it was taken, when its outcome was seen."""

    id: str
    text: str
    tries: int = 0
    accepted: bool = False
    seconds: float | None = None


@dataclass
class Acted:
    """One act of the desk: what came of it in the end, and how often it was asked for."""

    act: str
    status: int = 0
    tries: int = 0


@dataclass
class Conversation:
    """One conversation as its customer and its agent lived through it."""

    thread: str
    owner: str
    script: Script
    said: list[Said] = field(default_factory=list)
    acts: list[Acted] = field(default_factory=list)
