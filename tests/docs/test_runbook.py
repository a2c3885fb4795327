"""The runbook: a part for each fault and each alert, and a query that finds what it says it finds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from handrail.store.audit.protocol import AuditEvent
from handrail.store.audit.sql import SqlAudit
from handrail.store.base import Base
from handrail.store.database import open_database
from tests.postgres import own_database

DOCS = Path(__file__).resolve().parents[2] / "docs"
RUNBOOK = (DOCS / "runbook.md").read_text(encoding="utf-8")
ALERTS = DOCS / "ops" / "alerts.yaml"
FAULTS = {
    "worker-dies", "postgresql-down", "redis-down", "chroma-down", "disk-full", "clock-wrong",
    "model-provider-down", "secret-leaked", "stuck-handoff", "the-ai-kept-talking",
    "forget-request", "restoring",
}  # fmt: skip
PARTS = {
    heading.lower(): part
    for heading, part in re.findall(
        r"^## ([A-Za-z0-9-]+)\n(.*?)(?=^##? |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL
    )
}


def alerts() -> set[str]:
    """Return the anchors that our alerts name, where there are alerts."""
    if not ALERTS.exists():
        return set()
    rules = [
        rule
        for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]
    assert all(rule["alert"] for rule in rules)
    return {rule["annotations"]["runbook_url"].partition("#")[2] for rule in rules}


def test_each_fault_and_each_alert_has_its_part():
    assert FAULTS | alerts() <= set(PARTS)
    assert all(len(part.split()) > 30 for part in PARTS.values())


@pytest.mark.parametrize("name", sorted(PARTS))
def test_what_a_part_names_is_there(name):
    for target in re.findall(r"\]\(#([^)]+)\)", PARTS[name]):
        assert target in PARTS
    for file in re.findall(r"\]\(([\w./-]+\.md)", PARTS[name]):
        assert (DOCS / file).is_file(), file


async def found_in(url: str) -> list[str]:
    """Return in which conversations the runbook's query finds the AI talking out of turn."""
    engine = open_database(url)
    Base.metadata.create_all(engine)
    turns = {
        "fault": ["reply", "escalate", "hold", "reply"],
        "after-claim": ["escalate", "claim", "reply:ines", "reply"],
        "well": ["reply", "escalate", "hold", "claim", "reply:ines", "hand_back", "reply"],
        "taken-back": ["escalate", "take_back", "reply"],
        "next-episode": ["escalate", "claim", "resolve", "reply"],
    }
    for thread, actions in turns.items():
        for n, action in enumerate(actions):
            act, _, by = action.partition(":")
            at = f"2026-03-01T10:00:0{n}+00:00"
            event = AuditEvent(f"{thread}-{n}", at, thread, 1, by or "ai", act, "p", {})
            await SqlAudit(engine).record(event)
    (query,) = re.findall(r"```sql\n(.*?)```", PARTS["the-ai-kept-talking"], re.DOTALL)
    with engine.connect() as connection:
        found = sorted(row.thread_id for row in connection.execute(text(query)))
    engine.dispose()
    return found


async def test_the_query_finds_an_ai_that_kept_talking():
    assert await found_in("sqlite://") == ["after-claim", "fault"]
    with own_database() as url:
        assert await found_in(url) == ["after-claim", "fault"]
