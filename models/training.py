"""Train the heads from the examples, and keep them on disk by content hash.

The machine is kernel ridge regression onto targets of 1 and -1 (a least-squares support vector
machine), solved in closed form. Its leave-one-out outputs come with the solution (Cawley and
Talbot, 2004), so everything that turns outputs into probabilities is fitted on texts that the
machine has not seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handrail.models.calibration import measure
from handrail.models.confidence import fit, logistic
from handrail.models.encoder import Encoder
from handrail.models.examples import Examples
from handrail.models.heads import Calibration, Heads, Machine, Ranked, ranked
from handrail.models.heads_file import read, write
from handrail.models.letters import Letters
from handrail.models.text import clean

RECIPE = "7"  # part of the cache key: raise it when the training below changes
GAMMA = 1.5
LETTERS = 0.5  # how much shared letters count beside nearness in meaning
RIDGE = 0.1
TEMPERATURES = (3.0, 5.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0)
FOLDS = 5
FEWEST = 20  # of right and of wrong rankings, for a map to be fitted on them
UNTOLD = {"sentiment": ("legal",)}  # a threat may be angry or calm: it teaches nothing about anger


def load_heads(examples: Examples, encoder: Encoder, cache: Path | None) -> Heads:
    """Return the heads for these examples, from `cache` when they were trained before.

    A cache that cannot be written is no error: the heads are then trained at each start.
    """
    key = f"{RECIPE}|{examples.digest}|{encoder.fingerprint}"
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    path = cache / f"heads-{digest}.npz" if cache else None
    if path and path.is_file():
        found = read(path, digest)
        if found:
            return found
    heads = train(examples, encoder, digest)
    if path:
        write(path, heads)
    return heads


@dataclass(frozen=True)
class Solved:
    """Dual weights (n, outputs) and the outputs each text gets when it is left out (n, outputs)."""

    dual: NDArray[np.float64]
    left_out: NDArray[np.float64]


def train(examples: Examples, encoder: Encoder, digest: str) -> Heads:
    """Fit the machine, the probabilities of its outputs, and the confidence map."""
    texts = sorted({clean(text) for text in examples.texts()})
    place = {text: row for row, text in enumerate(texts)}
    pool = encoder.embed(texts)
    owners = np.full(len(texts), -1, dtype=np.int64)
    for number, file in enumerate(examples.intents):
        owners[[place[clean(text)] for text in file.utterances()]] = number
    names = tuple(file.name for file in examples.intents)
    routes = {file.name: str(file.route) for file in examples.intents}
    letters = Letters.fit(texts)
    spelled = letters.rows(texts)
    near = pool @ pool.T
    kernel = np.exp((near - 1.0) * (2.0 * GAMMA))
    kernel += LETTERS * (spelled @ spelled.T).toarray()

    known = np.flatnonzero(owners >= 0)
    wanted = np.eye(len(names))[owners[known]]
    intents = _solve(kernel[np.ix_(known, known)], wanted, _slack(owners[known]))
    temperature = _temperature(intents.left_out, owners[known])

    targets = _guard_targets(examples, place)
    guards = _solve(kernel, targets, RIDGE)
    platt = np.stack(
        [_platt(guards.left_out[:, k], targets[:, k]) for k in range(targets.shape[1])]
    )

    dual = np.zeros((len(texts), len(names) + targets.shape[1]), dtype=np.float32)
    dual[known, : len(names)] = intents.dual
    dual[:, len(names) :] = guards.dual
    np.fill_diagonal(near, -1.0)  # a text left out is not its own neighbour
    found = [
        ranked(left_out, near[row], owners, names, temperature)
        for left_out, row in zip(intents.left_out, known, strict=True)
    ]
    return Heads(
        machine=Machine(
            pool, dual, GAMMA, letters, np.asarray(LETTERS * (spelled.T @ dual), dtype=np.float32)
        ),
        names=names,
        routes=routes,
        owners=owners,
        temperature=temperature,
        guards=tuple(file.name for file in examples.guards),
        platt=platt,
        calibration=_calibrate(routes, found, [names[owner] for owner in owners[known]]),
        digest=digest,
    )


def _slack(owners: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a ridge for each text: an intent with many texts has to fit each of them less well.

    Else the intent that has most to say draws in whatever is like nothing else.
    """
    counts = np.bincount(owners)
    return RIDGE * np.maximum(1.0, counts[owners] / np.median(counts))


def _solve(
    kernel: NDArray[np.float32], targets: NDArray[np.float64], ridge: NDArray[np.float64] | float
) -> Solved:
    """Solve (K + diag(ridge)) dual = targets, with left-out outputs from the same inverse."""
    from scipy.linalg.lapack import spotrf, spotri  # noqa: PLC0415 - only when training

    ridged = kernel.copy()
    ridged[np.diag_indices_from(ridged)] += ridge
    # Positive definite, so by Cholesky: half the work of a general inverse.
    factor, _ = spotrf(ridged, lower=1, clean=1)
    lower, _ = spotri(factor, lower=1)
    inverse = lower + np.tril(lower, -1).T
    dual = (inverse @ targets.astype(np.float32)).astype(np.float64)
    return Solved(dual, targets - dual / np.diag(inverse)[:, None])


def _guard_targets(examples: Examples, place: dict[str, int]) -> NDArray[np.float64]:
    """Return (texts, guards): 1 what should fire, -1 what should not, 0 what may do either."""
    targets = -np.ones((len(place), len(examples.guards)))
    fires = {
        guard.name: [place[clean(text)] for text in guard.utterances()] for guard in examples.guards
    }
    for column, guard in enumerate(examples.guards):
        for other in UNTOLD.get(guard.name, ()):
            targets[fires.get(other, []), column] = 0
        targets[fires[guard.name], column] = 1
    return targets


def _temperature(outputs: NDArray[np.float64], owners: NDArray[np.int64]) -> float:
    """Return the temperature under which left-out texts are likeliest."""

    def surprise(temperature: float) -> float:
        raised = outputs * temperature
        raised -= raised.max(axis=1, keepdims=True)
        logs = raised - np.log(np.exp(raised).sum(axis=1, keepdims=True))
        return -float(logs[np.arange(len(owners)), owners].mean())

    return min(TEMPERATURES, key=surprise)


def _platt(outputs: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return slope and bias of the logistic from left-out outputs to "it should fire"."""
    told = targets != 0
    slope, bias = logistic(outputs[told][:, None], targets[told] > 0)
    return np.array([slope[0], bias])


def _calibrate(
    routes: dict[str, str], found: Sequence[Ranked], truth: Sequence[str]
) -> Calibration:
    """Fit the map on texts that the machine which ranked them has not seen.

    Only those count that would be answered, for the map says how sure we are of an answer.
    """
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415

    tried = [(r, t) for r, t in zip(found, truth, strict=True) if routes[r.best] == "automate"]
    table = np.stack([r.features() for r, _ in tried])
    good = np.array([r.best == t for r, t in tried])
    if min(good.sum(), (~good).sum()) < FEWEST:
        return _posterior_alone(table, good)
    stated = np.zeros(len(good))
    for seen, held in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(table, good):
        stated[held] = fit(table[seen], good[seen]).of(table[held])
    ece, brier, aurc = measure(stated, good.astype(np.int64))
    return replace(fit(table, good), ece=ece, brier=brier, aurc=aurc)


def _posterior_alone(table: NDArray[np.float64], good: NDArray[np.bool_]) -> Calibration:
    """Return the map that believes the posterior, where there is too little to fit one on."""
    believed = Calibration(np.array([1.0, 0.0, 0.0, 0.0]), 0.0, n=len(good), ece=0, brier=0, aurc=0)
    ece, brier, aurc = measure(believed.of(table), good.astype(np.int64))
    return replace(believed, ece=ece, brier=brier, aurc=aurc)
