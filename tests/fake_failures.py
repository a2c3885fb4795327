"""Stores and a checkpointer that fail, or end the process, at one of their calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from handrail.store.errors import StoreDown


class Ended(BaseException):
    """The process ended here; no `except Exception` sees it."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong at call number `at`, counted from 0: before its effect, or after it.

    `ends` ends the process: nothing after it has an effect. Otherwise this call fails, and the
    next ones of the same name, `times` in all; with `lasts`, each call of a store from then on.
    """

    at: int
    after: bool = False
    ends: bool = False
    times: int = 1
    lasts: bool = False


class Wires:
    """What lies between a process and its stores: counts the calls, and cuts them."""

    def __init__(self) -> None:
        self.dead = False
        self.hit = False
        self.calls = 0
        self._fault: Fault | None = None
        self._failing = ""
        self._left = 0

    def arm(self, fault: Fault | None) -> None:
        """Start a process's next piece of work, with something to go wrong in it or nothing."""
        self.dead = self.hit = False
        self.calls = 0
        self._fault, self._failing = fault, ""
        self._left = fault.times if fault else 0

    async def call(self, name: str, method: Any, *args: Any) -> Any:
        """Make a call, unless this is where it goes wrong."""
        fault = self._goes_wrong(name)
        if fault is None:
            return await method(*args)
        if fault.after:
            await method(*args)
        if fault.ends:
            self.dead = True
            raise Ended(name)
        if name.startswith("aput"):
            raise OSError(f"{name} failed")
        raise StoreDown(f"{name} failed", "Try again.")

    def _goes_wrong(self, name: str) -> Fault | None:
        if self.dead:
            raise Ended(name)
        number, self.calls = self.calls, self.calls + 1
        fault = self._fault
        if fault is None or number < fault.at:
            return None
        if fault.lasts:
            down = not name.startswith("aput")
            self.hit |= down
            return fault if down else None
        if not self._left:
            return None
        if self._failing not in {"", name}:
            return None
        self.hit, self._failing = True, name
        self._left -= 1
        return fault


class Wired:
    """A store at the end of wires. `inner` is the store, which a test looks at directly."""

    def __init__(self, inner: Any, wires: Wires) -> None:
        self.inner = inner
        self._wires = wires

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)

        async def call(*args: Any) -> Any:
            return await self._wires.call(name, method, *args)

        return call


class WiredSaver(InMemorySaver):
    """A checkpointer at the end of wires."""

    def __init__(self, wires: Wires) -> None:
        super().__init__()
        self._wires = wires

    async def aput(self, *args: Any) -> Any:
        """Keep a checkpoint."""
        return await self._wires.call("aput", super().aput, *args)

    async def aput_writes(self, *args: Any) -> None:
        """Keep what a task has written."""
        await self._wires.call("aput_writes", super().aput_writes, *args)
