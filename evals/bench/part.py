"""A part of the bench: what it measures, and the budgets that its figures are held to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

Found = dict[str, Any]  # plain JSON


@dataclass(frozen=True)
class Bench:
    """One run: `quick` measures less of everything; `folder` is empty, and gone afterwards."""

    out: Console
    folder: Path
    quick: bool = False

    def of(self, whole: int, quick: int) -> int:
        """Return how many of something are measured."""
        return quick if self.quick else whole


@dataclass(frozen=True)
class Budget:
    """A figure and its bound: the most that it may be, or with `floor` the least."""

    name: str
    value: float
    bound: float
    unit: str = "x"
    floor: bool = False

    @property
    def holds(self) -> bool:
        """Tell whether the figure is within the budget."""
        return self.value >= self.bound if self.floor else self.value <= self.bound

    @property
    def at(self) -> str:
        """Return the bound in words."""
        return f"at {'least' if self.floor else 'most'} {self.bound}"


def no_budgets(_: Found) -> list[Budget]:
    """Hold nothing: the part is there to be read."""
    return []


@dataclass(frozen=True)
class Curve:
    """Lines to draw: figures `up` by figures `across`, for each name; both axes may be by tens."""

    title: str
    across: str
    up: str
    lines: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    by_tens: bool = False


@dataclass(frozen=True)
class Part:
    """`measure` returns plain JSON; `budgets` and `curves` are read from it."""

    name: str
    about: str
    measure: Callable[[Bench], Awaitable[Found]]
    budgets: Callable[[Found], list[Budget]] = no_budgets
    curves: Callable[[Found], list[Curve]] = lambda _: []
