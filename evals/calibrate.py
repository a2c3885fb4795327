"""Fit the confidence map anew from labelled rows, and keep it beside the trained heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from handrail.graph.services import Services
from handrail.models.calibration import measure
from handrail.models.confidence import fit, save
from handrail.models.heads import Calibration
from handrail.models.text import clean, windows

FEWEST = 200
FEWEST_OF_EACH = 20


class TooLittleData(ValueError):
    """The rows cannot carry a fit; says what is missing. The map in force stays."""


def calibrate(
    rows: Sequence[Mapping[str, Any]], services: Services, folder: Path
) -> tuple[Calibration, Path]:
    """Fit on rows of {"text", "label", "source"}, test across sources, and save in `folder`.

    Each source is tested by a map fitted on all the others; those figures are what the map
    carries. Raises TooLittleData where there are too few rows, outcomes or sources.
    """
    features, right, sources = [], [], []
    for row in rows:
        vector = services.encoder.embed([clean(windows(str(row["text"]))[0])])[0]
        ranked = services.heads.rank(vector)
        if services.heads.routes[ranked.best] == "automate":
            features.append(ranked.features())
            right.append(row["label"] == f"automate:{ranked.best}")
            sources.append(str(row.get("source", "")))
    good, source = np.array(right, dtype=bool), np.array(sources)
    if len(good) < FEWEST or min(good.sum(), (~good).sum()) < FEWEST_OF_EACH:
        raise TooLittleData(
            f"{len(good)} rows would be answered, {int((~good).sum())} of them wrongly; a map "
            f"needs {FEWEST} rows and {FEWEST_OF_EACH} of each outcome: the one in force stays"
        )
    table = np.stack(features)
    stated = np.full(len(good), np.nan)
    for name in np.unique(source):
        held = source == name
        if len(np.unique(good[~held])) == 2:  # noqa: PLR2004
            stated[held] = fit(table[~held], good[~held]).of(table[held])
    if np.isnan(stated).any():
        raise TooLittleData(
            "all rows are of one source; a fit is tested on a source it has not seen"
        )
    ece, brier, aurc = measure(stated, good.astype(np.int64))
    made = replace(fit(table, good), n=len(good), ece=ece, brier=brier, aurc=aurc)
    return made, save(made, folder, services.heads.digest)
