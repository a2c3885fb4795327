"""What is logged while a server of ours runs holds no secret and no address."""

import io
import logging

import pytest
import structlog

from handrail.app.logs import clean_logs, redacting
from handrail.models.redaction import hidden_kinds

SAID = "ana@example.com paid with 4242 4242 4242 4242"


@pytest.fixture
def written():
    """Log everything into a text, and put the configuration back."""
    kept, text = structlog.get_config(), io.StringIO()
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(text),
        wrapper_class=structlog.make_filtering_bound_logger(0),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(text)
    logger = logging.getLogger("httpx")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield text
    logger.removeHandler(handler)
    logger.setLevel(level)
    structlog.configure(**kept)


def test_structlog_and_the_standard_library_are_both_clean(written):
    with clean_logs():
        ours, theirs = structlog.get_logger("handrail"), logging.getLogger("httpx")
        ours.info("said", text=SAID, deep={"in": [SAID]}, problem=ValueError(SAID))
        theirs.info('HTTP Request: %s "%s"', "GET", "https://x.example/reset?token=abcd1234efgh")
        try:
            int(SAID)
        except ValueError:
            ours.exception("broke")
            theirs.exception("broke too")
    seen = written.getvalue()
    assert "ana@" not in seen
    assert "4242" not in seen
    assert "abcd1234" not in seen
    assert seen.count("invalid literal") == 2
    assert "?token=[token]" in seen
    assert "Traceback" in seen


def test_addresses_stay_where_the_policy_says_so_and_afterwards_all_is_as_before(written):
    with clean_logs(lambda: hidden_kinds(emails=False, phones=False)):
        structlog.get_logger("handrail").info("said", text=SAID)
    assert "ana@example.com" in written.getvalue()
    assert "4242" not in written.getvalue()
    make = logging.getLogRecordFactory()
    with clean_logs():
        assert logging.getLogRecordFactory() is not make
    assert logging.getLogRecordFactory() is make


def test_numbers_and_names_of_an_event_stay():
    event = {"event": "reply", "thread": "550e8400-e29b-41d4-a716-446655440000", "episode": 2,
             "confidence": 0.71, "reasons": ["legal"], "topic": None}  # fmt: skip
    assert redacting()(None, "info", dict(event)) == event
