"""What Handrail does with 800 messages, in tables that a support lead can read and extend.

A row has `say` (one message) or `turns` (a conversation), `expect` (automate:<topic> or
escalate:<reason>), `lang`, and perhaps `customer`. `never: true` marks what a machine must never
answer: there neither a miss nor a false alarm is forgiven. Of the other rows a few may be off.
"""

import asyncio
from pathlib import Path

import pytest
import yaml

from handrail.evals.graders import is_right
from handrail.evals.replay import replay, without_effects
from handrail.evals.rows import Row

HERE = Path(__file__).parent
FORGIVEN = 0.03
NEVER = {"legal", "vip"}


def read(path):
    return yaml.safe_load(path.read_text("utf-8"))


TABLES = {path.stem: read(path) for path in sorted(HERE.glob("*.yaml"))}
ROWS = [(name, row) for name, rows in TABLES.items() for row in rows]


def as_row(number, row):
    known = {"text": row["say"]} if "say" in row else {"turns": row["turns"]}
    return Row(id=str(number), customer_id=row.get("customer"), locale=row["lang"], **known)


@pytest.fixture(scope="module")
def decided(real_services):
    asked = [as_row(number, row) for number, (_, row) in enumerate(ROWS)]

    async def decide():
        return [made async for made in replay(asked, without_effects(real_services))]

    return asyncio.run(decide())


def off(decided, wanted):
    return [
        f"{name}: {row.get('say') or row['turns'][-1]['text']!r} wants {row['expect']}, "
        f"got {made['route']} {made['topic']} {made['reasons']} {made['confidence']}"
        for (name, row), made in zip(ROWS, decided, strict=True)
        if wanted(row) and not is_right(row["expect"], made)
    ]


def test_there_are_enough_rows():
    assert len(ROWS) >= 250
    assert {row["lang"] for _, row in ROWS} >= {"en", "es", "fr", "de", "pt", "it", "nl"}


def test_what_a_machine_must_never_answer(decided):
    assert not off(decided, lambda row: row.get("never"))


def test_never_rows_are_never_automated(decided):
    for (_, row), made in zip(ROWS, decided, strict=True):
        if row.get("never") or row["expect"].partition(":")[2] in NEVER:
            assert made["route"] == "escalate", row


def test_hardly_anything_but_a_legal_step_goes_to_compliance(decided):
    """Recall comes first with the law, so a false alarm in a hundred rows is forgiven."""
    alarms = [
        row.get("say")
        for (_, row), made in zip(ROWS, decided, strict=True)
        if "legal" in made["reasons"] and row["expect"] != "escalate:legal"
    ]
    assert len(alarms) <= len(ROWS) / 100, alarms


def test_the_rest_is_as_the_tables_say(decided):
    wrong = off(decided, lambda row: not row.get("never"))
    rest = sum(not row.get("never") for _, row in ROWS)
    assert len(wrong) <= FORGIVEN * rest, "\n".join(wrong)
