"""Vetoes: what no number may override. Pure functions over a draft and its tool results."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from handrail.graph.citing import fold, passages_in
from handrail.graph.grounds.judging import Finding, Grounds, findings
from handrail.graph.grounds.wordlists import expressions
from handrail.graph.state import Draft
from handrail.models.text import sentences

__all__ = ["Finding", "Grounds", "faults", "findings", "needs_citation", "support", "vetoes"]

FROM_ORDERS = frozenset({"order_status"})
FROM_ACCOUNT = frozenset({"password_reset"})
TOOL_ERRORS = frozenset({"error", "bad_arguments"})
NO_FACTS = frozenset({"smalltalk"})
OVERLAP = 0.6
_WORD = re.compile(r"\w{4,}")


def faults(draft: Draft, grounds: Grounds | None) -> list[Finding]:
    """Return what forbids sending this draft, and where in it; empty where nothing does.

    Without `grounds` our own templates worded it from tool results: then the frame around the
    quotation, with its figures, is ours. Any other draft is judged sentence by sentence.
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
    own = grounds is None and expressions("action_claims", "done").search(draft["text"])
    if own and not _acted(trace):
        found.append("claims_action")
    in_sentences = findings(draft, grounds) if grounds else []
    return [*(Finding(veto=veto, sentence="") for veto in found), *in_sentences]


def vetoes(found: Sequence[Finding]) -> list[str]:
    """Return the distinct names of what forbids sending a draft, in the order found."""
    return list(dict.fromkeys(fault["veto"] for fault in found))


def needs_citation(topic: str) -> bool:
    """Tell whether an answer on this topic states what the help centre says."""
    return topic not in FROM_ORDERS | FROM_ACCOUNT | NO_FACTS


def support(draft: Draft) -> float:
    """Return the share of sentences, in [0, 1], that a passage or tool result supports."""
    said = sentences(draft["text"])
    return 1.0 - len(_unsupported(draft)) / len(said) if said else 0.0


def _unsupported(draft: Draft) -> list[str]:
    results = [json.dumps(step["result"], ensure_ascii=False) for step in draft["tools"]]
    sources = [_words_in(p["text"]) for p in passages_in(draft["tools"])]
    sources += [_words_in(result) for result in results]
    lacking: list[str] = []
    for sentence in sentences(draft["text"]):
        words = _words_in(sentence)
        best = max((len(words & source) / len(words) for source in sources if words), default=0.0)
        if words and best < OVERLAP:
            lacking.append(sentence)
    return lacking


@lru_cache(maxsize=256)
def _words_in(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text)))


def _acted(trace: list[dict[str, Any]]) -> bool:
    return any(step["result"].get("outcome") == "accepted" for step in trace)
