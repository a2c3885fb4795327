"""The trained heads: what a message asks for and which guards it concerns, and how surely.

One kernel machine carries them all. A straight line through 512 dimensions cannot tell "my lawyer
will write to you" from "my sister is a lawyer"; a Gaussian kernel weighs a message by the labelled
utterances that it lies nearest to in meaning, and a second kernel by the letters they share.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handrail.models.encoder import Matrix
from handrail.models.letters import Letters
from handrail.models.paged import from_file

NEIGHBOURS = 3
REMEMBER = 1024

Embed = Callable[[Sequence[str]], Matrix]
FEW = 4  # texts, up to which one by one is faster than a product of two matrices


@dataclass
class Reading:
    """What the machine makes of a text: its `outputs`, and the cosines to the pool (n).

    `ranked` is what the intent outputs come to, and `concerns` (guards) the guard outputs, once
    they were asked for.
    """

    outputs: NDArray[np.float32]
    near: NDArray[np.float32]
    ranked: Ranked | None = None
    concerns: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Machine:
    """A kernel machine over unit vectors and letters.

    Output k of a text with vector x is the sum over i of `dual[i, k] * exp(-gamma * |pool[i] -
    x|^2)`, plus the text's row of letters times `spelled[:, k]`; `pool` is (n, 512), `dual` is
    (n, outputs), `spelled` (runs, outputs).
    """

    pool: Matrix
    dual: NDArray[np.float32]
    gamma: float
    letters: Letters
    spelled: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Lay the pool out column by column: one text times all rows then takes half the time.

        Of `spelled` a text reads the few rows of its letters, so it stays in a file.
        """
        object.__setattr__(self, "pool", np.asfortranarray(self.pool))
        object.__setattr__(self, "spelled", from_file(self.spelled))

    def read(self, texts: Sequence[str], vectors: Matrix) -> list[Reading]:
        """Return the reading of each text."""
        across = self.pool.T
        if len(vectors) <= FEW:
            near = np.stack([vector @ across for vector in vectors])
        else:
            near = vectors @ across
        outputs = np.exp((near - 1.0) * (2.0 * self.gamma)) @ self.dual
        outputs += np.stack([self.letters.times(text, self.spelled) for text in texts])
        return [Reading(*pair) for pair in zip(outputs, near, strict=True)]


@dataclass(frozen=True)
class Ranked:
    """What the intent outputs make of one message.

    `posterior` and `margin` in [0, 1]; `neighbour` is the mean cosine of the nearest examples of
    the best intent, `neighbour_margin` how far the nearest of all others lies below it.
    `probabilities` (intents) is the whole posterior.
    """

    best: str
    posterior: float
    runner_up: str
    margin: float
    neighbour: float
    neighbour_margin: float
    probabilities: NDArray[np.float64]

    def features(self) -> NDArray[np.float64]:
        """Return the four numbers the confidence map is fitted on."""
        p = min(max(self.posterior, 1e-4), 1 - 1e-4)
        return np.array([np.log(p / (1 - p)), self.margin, self.neighbour, self.neighbour_margin])


@dataclass(frozen=True)
class Calibration:
    """A logistic map from features to the probability that an intent or an answer is right.

    `n` rows carried the fit; `ece`, `brier` and `aurc` are measured on folds or sources that the
    map was not fitted on.
    """

    weights: NDArray[np.float64]
    bias: float
    n: int
    ece: float
    brier: float
    aurc: float

    def of(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability in [0, 1] for each row of features (n, m)."""
        return np.asarray(1.0 / (1.0 + np.exp(-(table @ self.weights + self.bias))))

    def probability(self, ranked: Ranked) -> float:
        """Return the calibrated probability in [0, 1]."""
        return float(self.of(ranked.features()))


class Readings:
    """The latest readings: five guards and the intent look at one text, which is read once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Reading] = OrderedDict()
        self._lock = threading.Lock()

    def has(self, texts: Sequence[str]) -> bool:
        """Tell whether every text is remembered."""
        with self._lock:
            return all(text in self._kept for text in texts)

    def of(self, machine: Machine, texts: Sequence[str], embed: Embed) -> list[Reading]:
        """Return the reading of each text, embedding and computing only what is not remembered."""
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        fresh = [text for text in dict.fromkeys(texts) if text not in found]
        if fresh:  # outside of the lock: who only looks must not wait for it
            found |= zip(fresh, machine.read(fresh, embed(fresh)), strict=True)
        with self._lock:
            for text in texts:
                self._kept[text] = found[text]
                self._kept.move_to_end(text)
            while len(self._kept) > REMEMBER:
                self._kept.popitem(last=False)
        return [found[text] for text in texts]


@dataclass(frozen=True)
class Heads:
    """Everything trained from the examples.

    The machine's first outputs are the intents `names`, the rest the `guards`. `owners` (n) gives
    the intent of each text in the pool, -1 for a text of the guards only. `temperature` turns
    intent outputs into a posterior, `platt` (guards, 2) guard outputs into probabilities.
    """

    machine: Machine
    names: tuple[str, ...]
    routes: Mapping[str, str]
    owners: NDArray[np.int64]
    temperature: float
    guards: tuple[str, ...]
    platt: NDArray[np.float64]
    calibration: Calibration
    digest: str
    readings: Readings = field(default_factory=Readings, repr=False, compare=False)

    def rank(self, text: str, embed: Embed) -> Ranked:
        """Return the best intent for a text; `embed` is that of the heads' encoder."""
        [reading] = self.readings.of(self.machine, [text], embed)
        if reading.ranked is None:
            scores = reading.outputs[: len(self.names)]
            reading.ranked = ranked(scores, reading.near, self.owners, self.names, self.temperature)
        return reading.ranked

    def guard(self, name: str, texts: Sequence[str], embed: Embed) -> NDArray[np.float64]:
        """Return the probability, in [0, 1], that each text concerns the guard."""
        place = self.guards.index(name)
        readings = self.readings.of(self.machine, texts, embed)
        return np.array([self._concerns(reading)[place] for reading in readings])

    def _concerns(self, reading: Reading) -> NDArray[np.float64]:
        """Return the probability for each guard; five of them ask for the same reading."""
        if reading.concerns is None:
            outputs = reading.outputs[len(self.names) :]
            slope, bias = self.platt.T
            reading.concerns = np.asarray(1.0 / (1.0 + np.exp(-(slope * outputs + bias))))
        return reading.concerns

    def remembers(self, texts: Sequence[str]) -> bool:
        """Tell whether every text has been read, so that nothing is left to compute."""
        return self.readings.has(texts)

    def remember(self, texts: Sequence[str], embed: Embed) -> None:
        """Read many texts in one go: cheaper than one by one when each is asked for later."""
        self.readings.of(self.machine, texts, embed)


def ranked(
    scores: NDArray[np.floating[Any]],
    near: NDArray[np.floating[Any]],
    owners: NDArray[np.int64],
    names: Sequence[str],
    temperature: float,
) -> Ranked:
    """Rank intents by their outputs, with how near the examples of the best one lie."""
    powers = np.exp((scores - scores.max()).astype(np.float64) * temperature)
    probabilities = powers / powers.sum()
    first, second = np.argsort(probabilities)[::-1][:2]
    own_near = _nearest(near[owners == first])
    return Ranked(
        best=names[first],
        posterior=float(probabilities[first]),
        runner_up=names[second],
        margin=float(probabilities[first] - probabilities[second]),
        neighbour=own_near,
        neighbour_margin=own_near - _nearest(near[(owners != first) & (owners >= 0)]),
        probabilities=probabilities,
    )


def _nearest(cosines: NDArray[np.floating[Any]]) -> float:
    if len(cosines) <= NEIGHBOURS:
        return float(cosines.mean())
    return float(np.partition(cosines, -NEIGHBOURS)[-NEIGHBOURS:].mean())
