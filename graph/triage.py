"""triage: join the guards' signals, and say what the message asks for."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from handrail.graph.context import Context
from handrail.graph.conversation import turns_of
from handrail.graph.second_opinion import second_opinion
from handrail.graph.services import LazyServices
from handrail.graph.state import Intent, Signal, State
from handrail.models.plan import plan

REASON_OF = {"sentiment": "anger"}  # the other guards give their reason their own name
URGENCY = ("legal", "vip", "injection", "anger", "account_closure", "human_request")


async def triage(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Turn fired signals into reasons, most urgent first, and rank the intents.

    Where no guard fired and a judge is set, it is asked for a second opinion.

    Where no guard fired, a message about something that is not ours, or that resembles none of our
    topics, is out of scope: no answer is tried.
    """
    house = await services.get()
    judged = await second_opinion(house.judge, state, config)
    signals = {**state.get("signals", {}), **judged.get("signals", {})}
    reasons = reasons_of(signals)
    # WRITE tools are gone from here on, until somebody at the desk has ended the episode.
    injected = signals.get("injection")
    found_so = {**judged, "instructed": True} if injected and injected["fired"] else judged
    if state.get("refused") == "too_long":
        return {**found_so, "reasons": reasons or ["low_confidence"]}
    if state.get("refused"):
        return {**found_so, "reasons": reasons}
    turns = turns_of(state["messages"])
    found = plan(turns, house.encoder, house.heads, closely=not reasons)
    intent = Intent(
        topic=found.topic,
        route=found.route,
        certainty=round(found.certainty, 4),
        runner_up=found.ranked.runner_up,
        basis=found.basis,
    )
    evidence = {
        **judged.get("evidence", {}),
        "intent_posterior": round(found.ranked.posterior, 4),
        "intent_margin": round(found.ranked.margin, 4),
        "intent_neighbour": round(found.ranked.neighbour, 4),
        "intent_neighbour_margin": round(found.ranked.neighbour_margin, 4),
        "intent_certainty": round(found.certainty, 4),
    }
    if not reasons and outside(intent, house.policy.thresholds.scope):
        reasons = ["out_of_scope"]
    return {**found_so, "reasons": reasons, "intent": intent, "evidence": evidence}


def outside(intent: Intent, scope: float) -> bool:
    """Tell whether a message lies outside of what we answer."""
    return intent["route"] != "automate" or intent["certainty"] < scope


def reasons_of(signals: dict[str, Signal]) -> list[str]:
    """Return the reasons of the guards that fired, most urgent first."""
    fired = [REASON_OF.get(name, name) for name, signal in signals.items() if signal["fired"]]
    return sorted(fired, key=URGENCY.index)
