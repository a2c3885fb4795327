"""Linear heads over the encoder: one for intents, one for each guard, and nearest examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handrail.models.encoder import Matrix, Vector

NEIGHBOURS = 3


@dataclass(frozen=True)
class Linear:
    """A fitted linear map: `weights` (classes, 512) and `bias` (classes)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def softmax(self, vector: Vector) -> NDArray[np.float64]:
        """Return the probability of each class, summing to 1."""
        scores = self.weights @ vector + self.bias
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum(), dtype=np.float64)

    def sigmoid(self, vectors: Matrix) -> NDArray[np.float64]:
        """Return the probability that each row is positive (a head of one class)."""
        scores = vectors @ self.weights[0] + self.bias[0]
        return np.asarray(1.0 / (1.0 + np.exp(-scores)), dtype=np.float64)


@dataclass(frozen=True)
class Ranked:
    """What the intent head makes of one message.

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
class IntentHead:
    """Rank the intents of a message, with the examples it lies nearest to."""

    names: tuple[str, ...]
    routes: Mapping[str, str]
    linear: Linear
    examples: Matrix
    owners: NDArray[np.int64]

    def rank(self, vector: Vector) -> Ranked:
        """Return the best intent for one unit vector (512)."""
        probabilities = self.linear.softmax(vector)
        first, second = np.argsort(probabilities)[::-1][:2]
        near = self.examples @ vector
        own = near[self.owners == first]
        own_near = float(np.sort(own)[-NEIGHBOURS:].mean())
        other_near = float(np.sort(near[self.owners != first])[-NEIGHBOURS:].mean())
        return Ranked(
            best=self.names[first],
            posterior=float(probabilities[first]),
            runner_up=self.names[second],
            margin=float(probabilities[first] - probabilities[second]),
            neighbour=own_near,
            neighbour_margin=own_near - other_near,
            probabilities=probabilities,
        )


@dataclass(frozen=True)
class Calibration:
    """A logistic map from `Ranked.features()` to the probability that the intent is right.

    Fitted by cross-validation on our own examples; `n`, `ece`, `brier` and `aurc` are measured
    on the folds held out.
    """

    weights: NDArray[np.float64]
    bias: float
    n: int
    ece: float
    brier: float
    aurc: float

    def probability(self, ranked: Ranked) -> float:
        """Return the calibrated probability in [0, 1]."""
        score = float(ranked.features() @ self.weights) + self.bias
        return 1.0 / (1.0 + float(np.exp(-score)))


@dataclass(frozen=True)
class Heads:
    """Everything trained from the examples."""

    intents: IntentHead
    guards: Mapping[str, Linear]
    calibration: Calibration
    digest: str
