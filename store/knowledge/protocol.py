"""What the help centre promises: passages found by meaning, quoted as they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

# Texts in, one unit row of float32 for each out.
Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class KnowledgeDown(Exception):
    """The help centre cannot be read or written; says what to mend."""


class UnreadableDocument(Exception):
    """A file, or a passage of one, has no text to be quoted; the others were taken."""

    def __init__(self, path: Path, reason: str, mend: str) -> None:
        super().__init__(f"{path}: {reason}; {mend}")
        self.path = path
        self.reason = reason
        self.mend = mend


@dataclass(frozen=True)
class Passage:
    """A part of an article under one heading. `text` is verbatim but for white space.

    `asked` are other ways to ask for it, from the article's file; they are found, never shown.
    """

    id: str
    article: str
    title: str
    heading: str
    url: str
    lang: str
    topic: str
    text: str
    asked: tuple[str, ...] = ()

    def to_json(self) -> dict[str, str]:
        """Return what may be shown, as plain JSON."""
        fields = dict(vars(self))
        del fields["asked"]
        return fields


@dataclass(frozen=True)
class Hit:
    """A passage and how near it is, in [-1, 1]: the cosine of its vector with the question's.

    Where the passage's own `asked` lie nearer, theirs. `rank` is what hits are ordered by; near 1
    for the one passage that a question asks for, near 0 where it asks for none.
    """

    passage: Passage
    similarity: float
    rank: float


@dataclass(frozen=True)
class IngestReport:
    """How many passages an ingest added, changed, removed and left, and what it left out."""

    added: int
    changed: int
    removed: int
    unchanged: int
    skipped: list[UnreadableDocument]


class Knowledge(Protocol):
    """Search the help centre. Every method raises KnowledgeDown."""

    async def search(
        self, vector: NDArray[np.float32], text: str, *, n: int = 5, lang: str | None = None
    ) -> list[Hit]:
        """Return the best `n` passages for a text and its unit vector (512), best first."""
        ...

    async def count(self) -> int:
        """Return how many passages there are."""
        ...
