"""The span of a turn: one run of the graph, from the first step to the last, however it is run."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, cast

from opentelemetry.context import Context, attach, detach, get_value, set_value
from opentelemetry.trace import Span, set_span_in_context
from opentelemetry.util.types import AttributeValue

from handrail.models import meters as ours
from handrail.models import spans
from handrail.models import telemetry_names as names
from handrail.models.redaction import redact

_KEY = "handrail-turn"
_DONE = object()
NO_ROUTE = "none"  # of a turn of the desk, or one that nothing was decided in


@dataclass
class Turn:
    """What is known of the turn that runs; nodes find it by `current_turn`."""

    span: Span
    thread: str
    began: float = field(default_factory=time.perf_counter)
    actions: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    def tell(self, **facts: AttributeValue | None) -> None:
        """Put facts on the span by the names of constants in telemetry_names."""
        for name, fact in facts.items():
            if fact is not None:
                self.span.set_attribute(getattr(names, name), fact)

    def decided(
        self, action: str, route: str | None, topic: str | None, reasons: Sequence[str]
    ) -> None:
        """Tell what was decided: `route` where it is the outcome of a customer's message."""
        self.actions.append(action)
        self.tell(
            ACTIONS=self.actions, ROUTE=route, TOPIC=topic, REASONS=list(reasons) if route else None
        )
        if route is not None:
            self.labels = {names.ROUTE: route}
            if topic is not None:
                self.labels[names.TOPIC] = topic
            if reasons:
                self.labels[names.REASON] = reasons[0]

    def estimated(self, confidence: float | None) -> None:
        """Count how likely an answer is right, by its route, where one was drafted."""
        if confidence is not None and names.ROUTE in self.labels:
            route = {names.ROUTE: self.labels[names.ROUTE]}
            ours.meters.confidence.record(confidence, route)

    def end(self, error: BaseException | None) -> None:
        """End the span, and count the turn. A reader who has seen enough is no error."""
        labels = self.labels or {names.ROUTE: NO_ROUTE}
        if error is not None and not isinstance(error, GeneratorExit):
            spans.tell_error(self.span, error)
            labels = {**labels, names.ERROR: type(error).__qualname__}
        self.span.end()
        ours.meters.running.add(-1)
        ours.meters.turns.add(1, labels)
        route = {names.ROUTE: labels[names.ROUTE]}
        ours.meters.turn.record(time.perf_counter() - self.began, route)


def current_turn() -> Turn | None:
    """Return the turn that runs; None where a node is called without the engine."""
    return cast("Turn | None", get_value(_KEY))


def handed_over(reasons: Sequence[str], queue: str) -> None:
    """Count a handoff that was made in the turn that runs, under its most urgent reason."""
    if current_turn() is not None:
        ours.meters.handoffs.add(1, {names.REASON: reasons[0], names.QUEUE: queue})


async def in_turn(steps: AsyncIterator[Any], thread: str) -> AsyncIterator[Any]:
    """Yield what a run streams, with the span of a turn around each step of it.

    The span is current while a step runs, so that nodes are its children, and never while the
    reader has what was yielded: a generator shares the context of whoever reads it.
    """
    turn, context = _begin(thread)
    try:
        async with aclosing(cast("AsyncGenerator[Any]", steps)) as running:
            while True:
                token = attach(context)
                try:
                    step = await anext(running, _DONE)
                finally:
                    detach(token)
                if step is _DONE:
                    break
                yield step
    finally:
        turn.end(sys.exception())


def _begin(thread: str) -> tuple[Turn, Context]:
    facts: spans.Facts = {
        names.OPERATION: "invoke_agent",
        names.AGENT: "handrail",
        names.PROVIDER: "handrail",
        names.CONVERSATION: redact(thread),  # a host may have made it of an address
    }
    ours.meters.running.add(1)
    turn = Turn(spans.tracer.start_span(names.TURN_SPAN, attributes=facts), thread)
    return turn, set_value(_KEY, turn, set_span_in_context(turn.span))
