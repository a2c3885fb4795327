"""Fit the answer map from labelled or logged rows, and keep it beside the trained heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime
from numpy.typing import NDArray

from handrail.evals.replay import without_effects
from handrail.graph.answer import answer
from handrail.graph.assess import weigh
from handrail.graph.context import Context
from handrail.graph.services import LazyServices, Services
from handrail.graph.state import State
from handrail.graph.triage import triage
from handrail.models.calibration import measure
from handrail.models.confidence import evidence_features, fit, save
from handrail.models.heads import Calibration
from handrail.models.text import clean

FEWEST = 200
FEWEST_OF_EACH = 20
Row = Mapping[str, Any]


class TooLittleData(ValueError):
    """The rows cannot carry a fit; says what is missing. The map in force stays."""


async def calibrate(
    rows: Sequence[Row], services: Services, folder: Path
) -> tuple[Calibration, Path]:
    """Fit on rows, test across sources, and save in `folder`.

    A labelled row is {"text", "label", "source"}: it is answered here, whatever the guards say. A
    logged row is {"evidence", "right", "source"}: the evidence of an audit event, and whether the
    answer was right. Each source is tested by a map fitted on all the others; those figures are
    what the map carries. Raises TooLittleData where there are too few rows, outcomes or sources.
    """
    dry = without_effects(services)
    features, right, sources = [], [], []
    for row in rows:
        found = _logged(row) if "evidence" in row else await _labelled(row, dry)
        if found:
            features.append(found[0])
            right.append(found[1])
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


def _logged(row: Row) -> tuple[NDArray[np.float64], bool] | None:
    """Return features and outcome of a row of the audit; None where no answer was tried."""
    if "intent_certainty" not in row["evidence"]:
        return None
    return evidence_features(row["evidence"]), bool(row["right"])


async def _labelled(row: Row, services: Services) -> tuple[NDArray[np.float64], bool] | None:
    """Return features and outcome of the answer that would be tried; None where none would."""
    lazy, runtime = LazyServices(lambda: services), Runtime(context=Context())
    said = str(row["text"])
    language = services.languages.identify(clean(said[:2000]))
    state: State = {
        "messages": [HumanMessage(content=said)], "said": said, "language": language,
    }  # fmt: skip
    config: RunnableConfig = {"configurable": {}}
    state |= await triage(state, runtime, config, services=lazy)  # type: ignore[typeddict-item]
    state |= await answer(state, runtime, config, services=lazy)  # type: ignore[typeddict-item]
    draft, intent = state.get("draft"), state.get("intent")
    if draft is None or intent is None:
        return None
    evidence = {**state.get("evidence", {}), **weigh(draft, intent)}
    return evidence_features(evidence), row["label"] == f"automate:{draft['topic']}"
