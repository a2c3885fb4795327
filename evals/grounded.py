"""Measure the grounding check on labelled sentences of ours: what it lets through, by kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handrail.evals.graders import share
from handrail.graph.checking import grounds_of
from handrail.graph.grounding import findings
from handrail.graph.opening import DEMO
from handrail.graph.services import Services
from handrail.graph.state import Draft
from handrail.prompts.load import from_yaml
from handrail.store.knowledge.documents import read_document

FOLDER = Path(__file__).resolve().parent / "grounding"
FILES = ("tuned", "measured")
PASSAGES = 4  # as many as the search returns


@dataclass(frozen=True)
class Pair:
    """A sentence, what it rests on, and whether that bears it out."""

    sentence: str
    language: str
    kind: str
    supported: bool
    trace: list[dict[str, Any]]


def pairs(name: str) -> Iterator[Pair]:
    """Read evals/grounding/<name>.yaml."""
    orders = from_yaml((FOLDER / "orders.yaml").read_text(encoding="utf-8"))
    for group in from_yaml((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")):
        if "order" in group:
            result = orders[group["order"]]
            trace = [{"tool": "look_up_order", "args": {}, "result": result}]
        else:
            result = {"passages": _passages(group)}
            trace = [{"tool": "search_help_center", "args": {}, "result": result}]
        language = group.get("reply", group["lang"])
        for supported in (True, False):
            for kind, said in group["supported" if supported else "unsupported"].items():
                for sentence in said:
                    yield Pair(sentence, language, kind, supported, trace)


def _passages(group: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the section that a group names and those that follow it, round to the beginning."""
    path = DEMO / "help_center" / group["lang"] / f"{group['article']}.md"
    read: list[dict[str, Any]] = [
        {**passage.to_json(), "similarity": 0.5} for passage in read_document(path)
    ]
    [first] = [
        place
        for place, passage in enumerate(read)
        if passage["heading"].startswith(group["heading"])
    ]
    return (read[first:] + read[:first])[:PASSAGES]


def measure_grounding(services: Services) -> dict[str, Any]:
    """Return for each file what share is accepted of what is borne out and of what is not.

    Shares are in [0, 1], over all, by kind and by language. The mistakes are listed. A
    sentence is accepted when the check finds nothing against a reply that says it and nothing else.
    """
    return {name: _grade(list(pairs(name)), services) for name in FILES}


def _grade(rows: list[Pair], services: Services) -> dict[str, Any]:
    accepted: dict[str, dict[str, list[bool]]] = {
        "supported": defaultdict(list), "unsupported": defaultdict(list),
    }  # fmt: skip
    mistakes: list[dict[str, Any]] = []
    for row in rows:
        found = findings(_draft(row), grounds_of(services, row.language))
        side = "supported" if row.supported else "unsupported"
        for group in ("all", row.kind, row.language):
            accepted[side][group].append(not found)
        if row.supported != (not found):
            vetoed = [finding["veto"] for finding in found]
            mistakes.append(
                {
                    "sentence": row.sentence,
                    "kind": row.kind,
                    "language": row.language,
                    "vetoes": vetoed,
                }
            )
    return {
        "n": len(rows),
        **{
            f"{side}_accepted": {
                group: {"share": share(hits), "n": len(hits)} for group, hits in groups.items()
            }
            for side, groups in accepted.items()
        },
        "let_through": [m for m in mistakes if not m["vetoes"]],
        "stopped": [m for m in mistakes if m["vetoes"]],
    }


def _draft(row: Pair) -> Draft:
    return Draft(
        text=row.sentence, topic="measured", asked=None, offered=[], citations=[], tools=row.trace
    )
