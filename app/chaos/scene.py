"""What a fault is given: the stack to break, how to end, and where to write down what it did."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from handrail.app.chaos.broken_model import BrokenModel
from handrail.app.chaos.sink import Sink
from handrail.app.prod.stack import Stack

REPLACED_SECONDS = 240
LOOK_SECONDS = 0.2


@dataclass
class Scene:
    """The stack under load, from the first conversation to the last."""

    stack: Stack
    sink: Sink
    model: BrokenModel
    random: Random
    disk: Path | None = None
    began: float = field(default_factory=time.monotonic)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    struck: list[str] = field(default_factory=list)

    def note(self, what: str) -> None:
        """Write down what was done, and when."""
        self.struck.append(f"{time.monotonic() - self.began:.1f} s: {what}")

    async def pause(self, shortest: float, longest: float) -> bool:
        """Wait for a random time; False where the last conversation has ended meanwhile."""
        seconds = self.random.uniform(shortest, longest)
        try:
            await asyncio.wait_for(self.over.wait(), seconds)
        except TimeoutError:
            return True
        return False

    async def replaced(self, ready: int) -> None:
        """Wait until so many workers have become ready since the stack was started."""
        async with asyncio.timeout(REPLACED_SECONDS):
            while self.stack.workers.starts() < ready:  # noqa: ASYNC110 - another process tells
                await asyncio.sleep(LOOK_SECONDS)


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: the promise in words, and how it is made to go wrong.

    `seconds` are how long a customer may wait for an outcome at the most, the fault included.

    `strike` breaks things while the conversations run, and leaves everything whole. Faults with
    the same `environment` share a stack; one that `prepares` more environment in the stack's
    folder, or wants PostgreSQL on a `disk` of this size, has its own. `twice` sends each message
    twice at once.
    """

    name: str
    promise: str
    seconds: float
    strike: Callable[[Scene], Coroutine[None, None, None]]
    environment: Mapping[str, str] = field(default_factory=dict)
    prepares: Callable[[Path], Mapping[str, str]] | None = None
    disk: str | None = None
    twice: bool = False

    def stands_on(self) -> tuple[object, ...]:
        """Return what two faults must have in common to be played on one stack."""
        return (*sorted(self.environment.items()), self.prepares, self.disk)
