"""The span of a node within the turn that runs, and the names of both on every line of the log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from functools import partial, wraps
from typing import Any

from langgraph.errors import GraphBubbleUp
from langgraph.types import Command
from opentelemetry.trace import Status, StatusCode, format_span_id, format_trace_id
from structlog.contextvars import bind_contextvars, bound_contextvars, reset_contextvars

from handrail.graph.guards import GUARDS
from handrail.graph.services import LazyServices
from handrail.graph.time_limit import in_time
from handrail.graph.turn_span import Turn, current_turn
from handrail.models import telemetry_names as names
from handrail.models.spans import Facts, Work

Node = Callable[..., Awaitable[Any]]
GATE = "assess"
NODE_SECONDS = 30
# What a node has found out, by the fact in its update: words of ours and numbers, and no text.
TOLD = {
    "confidence": names.CONFIDENCE,
    "reasons": names.REASONS,
    "refused": names.REFUSED,
    "language": names.LANGUAGE,
    "secrets": names.SECRETS,
}


def serving(
    node: Node, services: LazyServices, *, name: str, seconds: float = NODE_SECONDS
) -> Node:
    """Return a node as the graph runs it: its services, a limit of time, and a span in a turn."""
    given = partial(node, services=services)
    return in_span(given, name=name, of=node, seconds=seconds)


def in_span(
    node: Node, *, name: str, of: Node | None = None, seconds: float = NODE_SECONDS
) -> Node:
    """Return a node, with the signature of `of`, that runs in a span where a turn runs.

    It raises NodeTimeoutError after `seconds`.
    """

    @wraps(of or node)
    async def run(state: Any, *args: Any, **kwargs: Any) -> Any:
        turn = current_turn()
        if turn is None:
            return await in_time(name, seconds, node(state, *args, **kwargs))
        if not turn.span.get_span_context().is_valid:  # nobody traces: no span to be made or told
            logged = bind_contextvars(thread=turn.thread, episode=state.get("episode", 1))
            try:
                return await in_time(name, seconds, node(state, *args, **kwargs))
            finally:
                reset_contextvars(**logged)
        facts: Facts = {names.NODE: name}
        with ExitStack() as stack:
            # An approval that waits leaves its node by an exception, which is no error.
            work = stack.enter_context(Work(_titled(name), facts, expected=(GraphBubbleUp,)))
            stack.enter_context(bound_contextvars(**_logged(turn, work, state)))
            update = await in_time(name, seconds, node(state, *args, **kwargs))
            _tell(turn, work, name, update, state)
            return update

    return run


def _titled(name: str) -> str:
    if name in GUARDS:
        return f"{names.GUARD_SPAN} {name}"
    return f"{names.GATE_SPAN if name == GATE else names.NODE_SPAN} {name}"


def _logged(turn: Turn, work: Work, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what each line of the log has while a node runs."""
    fields: dict[str, Any] = {"thread": turn.thread, "episode": state.get("episode", 1)}
    place = work.span.get_span_context()
    if place.is_valid:
        fields["trace_id"] = format_trace_id(place.trace_id)
        fields["span_id"] = format_span_id(place.span_id)
    return fields


def _tell(turn: Turn, work: Work, name: str, found: Any, state: Mapping[str, Any]) -> None:
    """Tell on the spans what a node found out."""
    if not work.span.is_recording():
        return
    update = found.update if isinstance(found, Command) else found
    if not isinstance(update, Mapping):
        return
    work.span.set_attributes(told(name, update))
    turn.tell(
        OWNER=update.get("owner") or state.get("owner"),
        EPISODE=update.get("episode") or state.get("episode"),
    )
    failure = update.get("failure")
    if failure:
        turn.tell(FAILED_NODE=failure["node"], ERROR=failure["error"])
        turn.span.set_status(Status(StatusCode.ERROR))


def told(name: str, update: Mapping[str, Any]) -> Facts:
    """Return the facts in a node's update that a span may hold. Pure."""
    facts: Facts = {
        attribute: update[fact]
        for fact, attribute in TOLD.items()
        if update.get(fact) is not None and update[fact] != []
    }
    signal = (update.get("signals") or {}).get(name)
    if signal:
        facts |= {names.GUARD_FIRED: signal["fired"], names.GUARD_SCORE: float(signal["score"])}
    intent = update.get("intent")
    if intent:
        facts |= {names.TOPIC: intent["topic"], names.CERTAINTY: float(intent["certainty"])}
    evidence = update.get("evidence") or {}
    if "vetoes" in evidence:
        facts[names.VETOES] = list(evidence["vetoes"])
    failure = update.get("failure")
    if failure:
        facts |= {names.FAILED_NODE: failure["node"], names.ERROR: failure["error"]}
    return facts
