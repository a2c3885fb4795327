"""What a fault is given: the stack to break, how to end, and where to write down what it did."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from handrail.app.chaos.broken_model import BrokenModel
from handrail.app.chaos.sink import Sink
from handrail.app.prod.stack import Stack


@dataclass
class Scene:
    """The stack under load, from the first conversation to the last."""

    stack: Stack
    sink: Sink
    model: BrokenModel
    random: Random
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


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: the promise in words, and how it is made to go wrong.

    `strike` breaks things while the conversations run, and leaves everything whole. Faults with
    the same `environment` share a stack. `twice` sends each message twice at once.
    """

    name: str
    promise: str
    strike: Callable[[Scene], Awaitable[None]]
    environment: Mapping[str, str] = field(default_factory=dict)
    twice: bool = False
