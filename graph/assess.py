"""assess: how likely the draft is right, and whether anything forbids sending it."""

from __future__ import annotations

from typing import Any

import numpy as np
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.checking import faults_of
from handrail.graph.citing import passages_in
from handrail.graph.context import Context
from handrail.graph.grounding import needs_citation, support, vetoes
from handrail.graph.policy import Policy
from handrail.graph.services import LazyServices
from handrail.graph.standing import reasons_in, standing_now
from handrail.graph.state import Draft, Intent, State
from handrail.models.confidence import evidence_features
from handrail.models.heads import Calibration

# From cosine similarity to "this passage answers it": even odds at CENTRE.
CENTRE, SLOPE = 0.2, 25.0
OTHER_TOPIC = 0.75


async def assess(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Set `confidence` and its evidence, and the reasons to hand over if there are any.

    Who owns the conversation is asked again: a person may have stepped in while the draft was
    made, and then it goes to them unsent.
    """
    house = await services.get()
    standing = await standing_now(house, state, config)
    if standing and standing["closed_at"] is None:
        return {"reasons": reasons_in(standing)}
    draft, intent = state.get("draft"), state.get("intent")
    evidence = dict(state.get("evidence", {}))
    if draft is None:
        return {"confidence": 0.0, "evidence": evidence, "reasons": ["low_confidence"]}

    evidence |= weigh(draft, intent)
    worded = bool(evidence.get("worded_from_templates")) or intent is None
    found = await faults_of(draft, house, state.get("language", "en"), worded=worded)
    evidence["vetoes"] = vetoes(found)
    confidence = confidence_of(evidence, house.answers)
    reasons = judge(confidence, evidence["vetoes"], draft, state.get("questions", 0), house.policy)
    return {
        "confidence": confidence,
        "evidence": evidence,
        "reasons": reasons,
    }


def weigh(draft: Draft, intent: Intent | None) -> dict[str, Any]:
    """Return the evidence that the draft and its tool results give."""
    found: dict[str, Any] = {
        "tool_outcomes": [step["result"].get("outcome", "found") for step in draft["tools"]],
        "support": round(support(draft), 4),
    }
    if intent and needs_citation(draft["topic"]):
        passages = passages_in(draft["tools"])
        quoted = {citation["id"] for citation in draft["citations"]}
        cited = [p for p in passages if p["id"] in quoted]
        best = max((p["similarity"] for p in cited), default=0.0)
        rest = max((p["similarity"] for p in passages if p["id"] not in quoted), default=0.0)
        found["similarity"] = round(float(best), 4)
        found["similarity_margin"] = round(float(best - rest), 4)
        found["same_topic"] = any(p.get("topic") == draft["topic"] for p in cited)
    return found


def confidence_of(evidence: dict[str, Any], answers: Calibration | None = None) -> float:
    """Map evidence to the probability in [0, 1] that the answer is right. Pure.

    `answers` is the map fitted on a company's own rows; without it the evidence alone decides.
    What a model says of its own answer can only make it less certain: such figures saturate.
    """
    doubt = float(evidence.get("self_reported", 1.0))
    if answers is not None and "intent_certainty" in evidence:
        return round(min(float(answers.of(evidence_features(evidence))), doubt), 4)
    probability = float(evidence.get("intent_certainty", 1.0))
    if "similarity" in evidence:
        found = 1.0 / (1.0 + np.exp(-SLOPE * (evidence["similarity"] - CENTRE)))
        probability *= float(found) * (1.0 if evidence["same_topic"] else OTHER_TOPIC)
    return round(min(max(probability, 0.0), doubt, 1.0), 4)


def judge(
    confidence: float, vetoed: list[str], draft: Draft, questions: int, policy: Policy
) -> list[str]:
    """Return the reasons to hand over: none at or above the threshold and without a veto."""
    if "tool_error" in vetoed:
        return ["error"]
    tired = asks(draft) and questions >= policy.limits.questions_in_a_row
    if vetoed or tired or confidence < policy.thresholds.confidence:
        return ["low_confidence"]
    return []


def asks(draft: Draft) -> bool:
    """Tell whether a draft asks the customer something; a code to copy is no question."""
    return draft["asked"] not in {None, "code"}
