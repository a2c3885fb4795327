"""Train the heads from the examples, and keep them on disk by content hash."""

from __future__ import annotations

import hashlib
import io
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handrail.models.calibration import measure
from handrail.models.encoder import Encoder, Matrix
from handrail.models.examples import Examples
from handrail.models.heads import Calibration, Heads, IntentHead, Linear
from handrail.models.text import clean

RECIPE = "2"  # part of the cache key: raise it when the training below changes
INTENT_C = 30.0
GUARD_C = 10.0
FOLDS = 5
MIXED_COMPANY = frozenset({"sentiment", "legal"})  # angry people threaten, and threats are angry


def load_heads(examples: Examples, encoder: Encoder, cache: Path | None) -> Heads:
    """Return the heads for these examples, from `cache` when they were trained before.

    A cache that cannot be written is no error: the heads are then trained at each start.
    """
    key = f"{RECIPE}|{examples.digest}|{encoder.fingerprint}"
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    path = cache / f"heads-{digest}.npz" if cache else None
    if path and path.is_file():
        found = _read(path, digest)
        if found:
            return found
    heads = train(examples, encoder, digest)
    if path:
        _write(path, heads)
    return heads


def train(examples: Examples, encoder: Encoder, digest: str) -> Heads:
    """Fit the intent head, the guard heads and the confidence map."""
    texts = sorted({clean(text) for text in examples.texts()})
    place = {text: row for row, text in enumerate(texts)}
    vectors = encoder.embed(texts)

    def rows(utterances: list[str]) -> list[int]:
        return [place[clean(text)] for text in utterances]

    names = tuple(file.name for file in examples.intents)
    owned = [(row, n) for n, file in enumerate(examples.intents) for row in rows(file.utterances())]
    matrix = vectors[[row for row, _ in owned]]
    owners = np.array([n for _, n in owned])
    routes = {file.name: str(file.route) for file in examples.intents}
    intents = _intent_head(names, routes, matrix, owners)

    everyday = {row for file in examples.intents for row in rows(file.utterances())}
    guards: dict[str, Linear] = {}
    for guard in examples.guards:
        positive = set(rows(guard.utterances()))
        negative = everyday | set(rows(guard.negatives()))
        for other in examples.guards:
            if other.name != guard.name:
                negative |= set(rows(other.negatives()))
                if not {guard.name, other.name} <= MIXED_COMPANY:
                    negative |= set(rows(other.utterances()))
        order = [*sorted(positive), *sorted(negative - positive)]
        labels = np.array([1] * len(positive) + [0] * (len(order) - len(positive)))
        guards[guard.name] = _fit(vectors[order], labels, GUARD_C, balanced=True)
    return Heads(
        intents=intents,
        guards=guards,
        calibration=_calibrate(names, routes, matrix, owners),
        digest=digest,
    )


def _fit(matrix: Matrix, labels: NDArray[np.int64], c: float, *, balanced: bool = False) -> Linear:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a second to import

    model = LogisticRegression(C=c, max_iter=400, class_weight="balanced" if balanced else None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=FutureWarning)
        model.fit(matrix, labels)
    return Linear(model.coef_.astype(np.float32), model.intercept_.astype(np.float32))


def _intent_head(
    names: tuple[str, ...], routes: dict[str, str], matrix: Matrix, owners: NDArray[np.int64]
) -> IntentHead:
    return IntentHead(names, routes, _fit(matrix, owners, INTENT_C), matrix, owners)


def _calibrate(
    names: tuple[str, ...], routes: dict[str, str], matrix: Matrix, owners: NDArray[np.int64]
) -> Calibration:
    """Fit the map on rows that the head which ranked them has not seen.

    Only those count that would be answered, for the map says how sure we are of an answer.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415

    features, right = [], []
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=7)
    for seen, held in folds.split(matrix, owners):
        head = _intent_head(names, routes, matrix[seen], owners[seen])
        for row in held:
            ranked = head.rank(matrix[row])
            if routes[ranked.best] != "automate":
                continue  # no answer is tried, so nobody asks how sure we are of one
            features.append(ranked.features())
            right.append(ranked.best == names[owners[row]])
    table, truth = np.stack(features), np.array(right, dtype=np.int64)
    model = LogisticRegression(C=1.0, max_iter=400).fit(table, truth)
    ece, brier, aurc = measure(model.predict_proba(table)[:, 1], truth)
    return Calibration(
        weights=model.coef_[0], bias=float(model.intercept_[0]), n=len(truth),
        ece=ece, brier=brier, aurc=aurc,
    )  # fmt: skip


def _write(path: Path, heads: Heads) -> None:
    """Write under a name of its own, then rename: a reader never sees half a file."""
    about = {
        "names": heads.intents.names,
        "routes": dict(heads.intents.routes),
        "guards": list(heads.guards),
        "calibration": {
            "bias": heads.calibration.bias, "n": heads.calibration.n, "ece": heads.calibration.ece,
            "brier": heads.calibration.brier, "aurc": heads.calibration.aurc,
        },
    }  # fmt: skip
    arrays: dict[str, Any] = {
        "about": np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        "intent_weights": heads.intents.linear.weights,
        "intent_bias": heads.intents.linear.bias,
        "examples": heads.intents.examples,
        "owners": heads.intents.owners,
        "map": heads.calibration.weights,
    }
    for name, linear in heads.guards.items():
        arrays[f"guard_{name}"] = np.append(linear.weights[0], linear.bias)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{id(heads)}.part")
        part.write_bytes(buffer.getvalue())
        part.replace(path)
    except OSError:
        return


def _read(path: Path, digest: str) -> Heads | None:
    """Return the heads in a cache file, or None where it is damaged (then they are trained)."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            about = json.loads(kept["about"].tobytes())
            guards = {
                name: Linear(kept[f"guard_{name}"][None, :-1], kept[f"guard_{name}"][-1:])
                for name in about["guards"]
            }
            linear = Linear(kept["intent_weights"], kept["intent_bias"])
            intents = IntentHead(
                tuple(about["names"]), about["routes"], linear, kept["examples"], kept["owners"]
            )
            calibration = Calibration(weights=kept["map"], **about["calibration"])
            return Heads(intents, guards, calibration, digest)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
