"""Vectors of the bench's passages in seconds: 100,000 really encoded ones would take minutes.

A passage's vector is the mean of two really encoded sentences, that of its article and that of its
section, with a tiny noise of its own, at length 1. There are some 2,000 sentences. So passages lie
as real ones do: near those of the same article, and of the same section elsewhere.
"""

from __future__ import annotations

import numpy as np

from handrail.evals.bench.passages import Made
from handrail.models.encoder import Encoder, Matrix

NOISE = 0.01  # of each of 512 numbers; a unit vector's are 0.04


def vectors_of(passages: list[Made], encoder: Encoder) -> Matrix:
    """Return one unit row of 512 float32 for each passage, the same in each run."""
    sentences = list(dict.fromkeys(text for made in passages for text in (made.about, made.how)))
    known = dict(zip(sentences, encoder.embed(sentences), strict=True))
    noise = np.random.default_rng(len(passages)).normal(0.0, NOISE, (len(passages), 512))
    rows = np.stack([known[made.about] + known[made.how] for made in passages]) / 2 + noise
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
