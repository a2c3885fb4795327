"""Measure retrieval on questions of ours that are worded unlike the articles."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from handrail.evals.graders import share
from handrail.graph.services import Services
from handrail.models.text import clean
from handrail.prompts.load import from_yaml

QUESTIONS = Path(__file__).resolve().parent / "questions.yaml"
DEEP = 3


def questions(path: Path = QUESTIONS) -> list[str]:
    """Return the questions alone."""
    return [row["q"] for row in from_yaml(path.read_text(encoding="utf-8"))]


async def measure_retrieval(services: Services, path: Path = QUESTIONS) -> dict[str, Any]:
    """Return hit@1 and hit@3, each in [0, 1], over all questions and by language, and the misses.

    A hit is the very section that answers; another section of the same article is a miss.
    """
    first: dict[str, list[bool]] = defaultdict(list)
    among: dict[str, list[bool]] = defaultdict(list)
    misses: list[dict[str, Any]] = []
    for row in from_yaml(path.read_text(encoding="utf-8")):
        found = await services.search(clean(row["q"]), row["lang"], None)
        hits = [
            passage["heading"] == row["heading"] and passage["lang"] == row["lang"]
            for passage in found
        ]
        for group in ("all", row["lang"]):
            first[group].append(hits[:1] == [True])
            among[group].append(any(hits[:DEEP]))
        if not any(hits[:1]):
            got = found[0]["heading"] if found else None
            misses.append({"question": row["q"], "wanted": row["heading"], "got": got})
    return {
        "n": len(first["all"]),
        "hit_at_1": {group: share(hits) for group, hits in first.items()},
        "hit_at_3": {group: share(hits) for group, hits in among.items()},
        "misses": misses,
    }
