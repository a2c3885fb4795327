"""A piece of work as a span; nothing, at next to no cost, where no tracer provider is set."""

from __future__ import annotations

import traceback
from types import TracebackType
from typing import Self

from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, get_tracer, set_span_in_context
from opentelemetry.util.types import AttributeValue

from handrail.models import telemetry_names as names

tracer = get_tracer("handrail")
Facts = dict[str, AttributeValue]


class Work:
    """A span that is current while a `with` block runs, and tells what the block raises.

    `expected` are the exceptions that are no errors.
    """

    def __init__(
        self,
        name: str,
        facts: Facts,
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        expected: tuple[type[BaseException], ...] = (),
    ) -> None:
        self._name = name
        self._facts = facts
        self._kind = kind
        self._expected = expected
        self.span: Span

    def __enter__(self) -> Self:
        """Begin."""
        self.span = tracer.start_span(self._name, kind=self._kind, attributes=self._facts)
        self._token = attach(self._context())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End; an error goes on its way."""
        detach(self._token)
        if error is not None and not isinstance(error, self._expected):
            tell_error(self.span, error)
        self.span.end()

    def tell(self, **facts: AttributeValue | None) -> None:
        """Add facts by the names of constants in telemetry_names; None is left out."""
        for name, fact in facts.items():
            if fact is not None:
                self.span.set_attribute(getattr(names, name), fact)

    def _context(self) -> Context:
        return set_span_in_context(self.span)


def tell_error(span: Span, error: BaseException) -> None:
    """Tell on a span which error it was and where, and not what it says.

    The message of an error may quote anything that somebody wrote; the lines of code do not. The
    log has the message, redacted.
    """
    if not span.is_recording():
        return
    span.set_attribute(names.ERROR, type(error).__qualname__)
    span.set_status(Status(StatusCode.ERROR))
    where = "".join(traceback.format_tb(error.__traceback__))
    span.add_event(
        "exception",
        {"exception.type": type(error).__qualname__, "exception.stacktrace": where},
    )
