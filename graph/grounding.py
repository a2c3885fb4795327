"""Vetoes: what no number may override. Pure functions over a draft and its tool results."""

from __future__ import annotations

import json
import re
from typing import Any

from handrail.graph.citing import fold, passages_in
from handrail.graph.state import Draft
from handrail.models.text import sentences

FROM_ORDERS = frozenset({"order_status"})
FROM_ACCOUNT = frozenset({"password_reset"})
TOOL_ERRORS = frozenset({"error", "bad_arguments"})
NO_FACTS = frozenset({"smalltalk"})
OVERLAP = 0.6
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_WORD = re.compile(r"\w{4,}")
_CLAIM = re.compile(
    r"\b(?:i|we)(?:'ve| have)? (?:just |now |already )?"
    r"(refunded|cancelled|canceled|reset|changed|updated|deleted|closed|transferred)\b"
    r"|\b(?:he|hemos) (reembolsado|cancelado|cambiado|transferido|restablecido)\b"
    r"|\b(?:j'ai|nous avons) (remboursé|annulé|modifié|transféré|réinitialisé)\b"
    r"|\bhabe(?:n wir)? .{0,40}(erstattet|storniert|geändert|weitergeleitet|zurückgesetzt)\b"
    r"|\b(reembolsei|cancelei|alterei|transferi|redefini)\b",
    re.IGNORECASE,
)


def vetoes(draft: Draft, asked_by_customer: str, *, worded: bool) -> list[str]:
    """Return what forbids sending this draft; empty where nothing does.

    `worded` says that our own templates worded it from tool results; then the frame around the
    quotation, with its figures, is ours.
    """
    found = list(draft.get("problems", []))
    trace = draft["tools"]
    last = {step["tool"]: step["result"] for step in trace}  # a call may be made again, and right
    if any(result.get("outcome") in TOOL_ERRORS for result in last.values()):
        found.append("tool_error")
    if needs_citation(draft["topic"]) and not draft["asked"] and not draft["citations"]:
        found.append("no_citation")
    if draft["topic"] in FROM_ORDERS | FROM_ACCOUNT and not trace and not draft["asked"]:
        found.append("no_tool_result")
    if _CLAIM.search(draft["text"]) and not _acted(trace):
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
