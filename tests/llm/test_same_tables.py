"""The behaviour tables with a model behind the agent loop: what is never answered stays so."""

import asyncio
from dataclasses import replace

import pytest

from handrail.evals.graders import is_right
from handrail.evals.replay import replay, without_effects
from handrail.models.outbound import OutboundChatModel
from handrail.models.provider import Link
from tests.behaviour.test_behaviour import NEVER, ROWS, as_row
from tests.llm.well_behaved import WellBehaved

EVERY = 12  # of the rows that may be answered, one in so many is played: each takes a whole loop
AGREE = 0.95


def must_never(row):
    return row.get("never") or row["expect"].partition(":")[2] in NEVER


@pytest.fixture(scope="module")
def decided(real_services):
    """Return the rows, and the decisions by the embedded model and by the one behind the loop."""
    never = [row for _, row in ROWS if must_never(row)]
    others = [row for _, row in ROWS if not must_never(row)][::EVERY]
    rows = never + others
    asked = [as_row(number, row) for number, row in enumerate(rows)]
    model = OutboundChatModel(inner=WellBehaved(inner=real_services.model))
    behind = replace(real_services, chain=(Link("scripted:well-behaved", model, seconds=20),))

    async def decide(services):
        return [made async for made in replay(asked, without_effects(services))]

    return rows, asyncio.run(decide(real_services)), asyncio.run(decide(behind))


def test_they_agree_on_every_row_that_is_never_answered(decided):
    count = 0
    for row, embedded, other in zip(*decided, strict=True):
        if must_never(row):
            count += 1
            assert other["route"] == embedded["route"] == "escalate", row
            assert other["reasons"] == embedded["reasons"], row
    assert count > 50


def test_on_the_others_they_hardly_differ(decided):
    others = [rows for rows in zip(*decided, strict=True) if not must_never(rows[0])]
    differ = [
        f"{row.get('say') or row['turns'][-1]['text']!r} wants {row['expect']}, got "
        f"{other['route']} {other['topic']} {other['reasons']}"
        for row, embedded, other in others
        if is_right(row["expect"], other) != is_right(row["expect"], embedded)
    ]
    assert len(others) > 40
    assert len(differ) <= (1 - AGREE) * len(others), "\n".join(differ)


def test_the_replies_cite_the_same_articles(decided):
    automated = [
        (embedded, other)
        for _, embedded, other in zip(*decided, strict=True)
        if embedded["route"] == other["route"] == "automate"
    ]
    cited = [(e, o) for e, o in automated if e["citations"]]
    assert len(cited) > 15
    for embedded, other in cited:
        assert {c["id"] for c in embedded["citations"]} == {c["id"] for c in other["citations"]}
