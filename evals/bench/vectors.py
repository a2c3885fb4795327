"""An encoder that keeps the vectors of the bench's passages on disk: 100,000 take minutes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from handrail.models.encoder import Encoder, Matrix


class Kept:
    """Embed each text once, over all runs, in the order in which texts come first."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self._encoder = encoder
        self._path = path
        self._known: dict[str, np.ndarray] = {}
        self._fresh = False
        if path.is_file():
            with np.load(path, allow_pickle=False) as kept:
                self._known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row of 512 float32 for each text, in order."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        if fresh:
            self._fresh = True
            self._known.update(zip(fresh, self._encoder.embed(fresh), strict=True))
        return np.stack([self._known[text] for text in texts])

    def keep(self) -> None:
        """Write what is new to disk."""
        if self._fresh:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            texts = np.array(list(self._known))
            np.savez(self._path, texts=texts, vectors=np.stack(list(self._known.values())))
            self._fresh = False
