"""Keep logs free of secrets, addresses and numbers: ours, and those of the libraries we run."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.contextvars import merge_contextvars
from structlog.typing import EventDict, Processor

from handrail.models.redaction import Kind, redact, redact_values

Hidden = Callable[[], Collection[Kind] | None]


def everything() -> None:
    """Hide all kinds: what applies as long as no policy has been read."""


def redacting(hidden: Hidden = everything) -> Processor:
    """Return a structlog processor that redacts every text of an event, traces of errors too."""

    def process(logger: Any, name: str, event: EventDict) -> Mapping[str, Any]:
        written = structlog.processors.format_exc_info(logger, name, event)
        kinds = hidden()
        return {key: _clean(value, kinds) for key, value in written.items()}

    return process


def _clean(value: Any, kinds: Collection[Kind] | None) -> Any:
    is_json = value is None or isinstance(value, str | int | float | Mapping | list | tuple | set)
    return redact_values(value if is_json else repr(value), kinds)


@contextmanager
def clean_logs(hidden: Hidden = everything) -> Iterator[None]:
    """Redact all that is logged meanwhile, through structlog and the standard library alike.

    Every record is caught where it is made, so that a handler that somebody adds later, or that
    belongs to httpx or the server, gets none that is raw. Lines of a turn name its thread and
    trace, also where the server's own configuration does not read what is bound to a context.
    """
    processors: list[Processor] = structlog.get_config()["processors"]
    ours = redacting(hidden)
    processors.insert(len(processors) - 1, ours)  # in place: loggers already in use hold this list
    is_bound = merge_contextvars in processors
    if not is_bound:
        processors.insert(0, merge_contextvars)
    make = logging.getLogRecordFactory()

    def make_clean(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        if isinstance(record.msg, dict):  # structlog's, on its way to the standard library
            record.msg = redact_values(record.msg, hidden())
            return record
        said = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            said = "\n".join([said, "".join(traceback.format_exception(*record.exc_info)).rstrip()])
        record.msg, record.args, record.exc_info = redact(said, hidden()), (), None
        return record

    logging.setLogRecordFactory(make_clean)
    try:
        yield
    finally:
        logging.setLogRecordFactory(make)
        processors.remove(ours)
        if not is_bound:
            processors.remove(merge_contextvars)
