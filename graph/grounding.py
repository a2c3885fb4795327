"""Vetoes: what no number may override. Pure functions over a draft and its tool results."""

from __future__ import annotations

import json
import re
from typing import Any

from handrail.graph.citing import fold, passages_in
from handrail.graph.grounds.judging import Finding, Grounds, findings
from handrail.graph.grounds.wordlists import expressions
from handrail.graph.state import Draft
from handrail.models.text import sentences

__all__ = ["Finding", "Grounds", "findings", "needs_citation", "support", "vetoes"]

FROM_ORDERS = frozenset({"order_status"})
FROM_ACCOUNT = frozenset({"password_reset"})
TOOL_ERRORS = frozenset({"error", "bad_arguments"})
NO_FACTS = frozenset({"smalltalk"})
OVERLAP = 0.6
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_WORD = re.compile(r"\w{4,}")


def vetoes(
    draft: Draft, asked_by_customer: str, *, worded: bool, grounds: Grounds | None = None
) -> list[str]:
    """Return what forbids sending this draft; empty where nothing does.

    `worded` says that our own templates worded it from tool results; then the frame around the
    quotation, with its figures, is ours. Any other draft is judged sentence by sentence with
    `grounds`, and by its words and figures alone where there are none.
    """
    found: list[str] = []
    trace = draft["tools"]
    if any(step["result"].get("outcome") in TOOL_ERRORS for step in trace):
        found.append("tool_error")
    if needs_citation(draft["topic"]) and not draft["asked"] and not draft["citations"]:
        found.append("no_citation")
    if draft["topic"] in FROM_ORDERS | FROM_ACCOUNT and not trace and not draft["asked"]:
        found.append("no_tool_result")
    if not worded and grounds is not None:
        return found + list(dict.fromkeys(f["veto"] for f in findings(draft, grounds)))
    if expressions("action_claims", "done").search(draft["text"]) and not _acted(trace):
        found.append("claims_action")
    evidence = json.dumps([step["result"] for step in trace], ensure_ascii=False)
    if not worded and unknown_figures(draft["text"], f"{evidence} {asked_by_customer}"):
        found.append("unknown_figure")
    if not worded and draft["topic"] not in NO_FACTS and _unsupported(draft):
        found.append("unsupported_sentence")
    return found


def needs_citation(topic: str) -> bool:
    """Tell whether an answer on this topic states what the help centre says."""
    return topic not in FROM_ORDERS | FROM_ACCOUNT | NO_FACTS


def unknown_figures(text: str, evidence: str) -> list[str]:
    """Return numbers, dates and amounts in a text that stand nowhere in the evidence."""
    known = set(_NUMBER.findall(evidence))
    digits = {part for number in known for part in re.findall(r"\d+", number)}
    return [
        number
        for number in _NUMBER.findall(text)
        if number not in known and not set(re.findall(r"\d+", number)) <= digits
    ]


def support(draft: Draft) -> float:
    """Return the share of sentences, in [0, 1], that a passage or tool result supports."""
    said = sentences(draft["text"])
    return 1.0 - len(_unsupported(draft)) / len(said) if said else 0.0


def _unsupported(draft: Draft) -> list[str]:
    results = [json.dumps(step["result"], ensure_ascii=False) for step in draft["tools"]]
    sources = [set(_WORD.findall(fold(p["text"]))) for p in passages_in(draft["tools"])]
    sources += [set(_WORD.findall(fold(result))) for result in results]
    lacking: list[str] = []
    for sentence in sentences(draft["text"]):
        words = set(_WORD.findall(fold(sentence)))
        best = max((len(words & source) / len(words) for source in sources if words), default=0.0)
        if words and best < OVERLAP:
            lacking.append(sentence)
    return lacking


def _acted(trace: list[dict[str, Any]]) -> bool:
    return any(step["result"].get("outcome") == "accepted" for step in trace)
