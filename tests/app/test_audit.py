"""`handrail audit` and `handrail report`: what reviewers and managers see."""

import csv
import io
from dataclasses import replace

import pytest
from rich.console import Console

from handrail.app import report
from handrail.app.audit import run_list, run_sample, run_show, run_verdict
from handrail.app.report import run_report
from handrail.graph.policy import Policy
from handrail.graph.services import Records
from handrail.store.audit.memory import MemoryAudit
from handrail.store.audit.protocol import AuditEvent
from handrail.store.csat.memory import MemoryCsat
from handrail.store.csat.protocol import Resolution
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.store.handoffs.protocol import Entry
from handrail.store.notifications.memory import MemoryNotifications
from handrail.store.reviews.memory import MemoryReviews
from handrail.store.reviews.protocol import Conversation, NotPicked

AT = "2026-03-01T10:00:00+00:00"


@pytest.fixture
def out():
    return Console(file=io.StringIO(), width=160)


def said(out):
    return " ".join(out.file.getvalue().split())


async def resolve(records, thread, path="ai", text="How long is a [red]refund[/]?"):
    payload = {"topic": "refund_policy", "channel": "chat"}
    await records.audit.record(
        AuditEvent(thread, AT, thread, 1, "ai", "reply", "p", payload=payload)
    )
    await records.csat.resolved(Resolution(key=f"{thread}:1", path=path, by="customer", at=AT))
    if text:
        entry = Entry(id="m", role="customer", text=text, at=None)
        answer = Entry(id="a", role="ai", text="Five working days.", at=AT)
        await records.reviews.keep(
            Conversation(f"{thread}:1", thread, None, "en", AT, (entry, answer))
        )


@pytest.fixture
async def records():
    kept = Records(
        policy=Policy(), handoffs=MemoryHandoffs(), notifications=MemoryNotifications(),
        audit=MemoryAudit(), csat=MemoryCsat(), reviews=MemoryReviews(),
    )  # fmt: skip
    for thread in ("a", "b", "c"):
        await resolve(kept, thread)
    await resolve(kept, "p", path="human")
    return kept


async def sample(out, records, size=20, **changes):
    asked = {"seed": "march", "reviewer": None, "by_topic": False, "since": None, "until": None}
    return await run_sample(out, records, size=size, **asked | changes)


async def test_a_sample_shows_each_conversation_and_how_to_judge_it(out, records):
    assert await sample(out, records, 2, reviewer="Ada") == 0
    text = said(out)
    assert text.count("How long is a [red]refund[/]?") == text.count("Five working days.") == 2
    assert "2 of 3 conversations without a verdict, seed 'march'" in text
    assert "handrail audit verdict KEY right|wrong --by NAME" in text
    picked = [review.pick for review in await records.reviews.list()]
    assert len(picked) == 2
    assert {(pick.seed, pick.reviewer, pick.topics) for pick in picked} == {
        ("march", "Ada", ("refund_policy",))
    }


async def test_the_same_sample_again_is_the_same_until_it_is_judged(out, records):
    await sample(out, records, 2)
    first = {review.pick.key for review in await records.reviews.list()}
    await sample(out, records, 2)
    assert {review.pick.key for review in await records.reviews.list()} == first
    for key in first:
        await run_verdict(out, records, key, "right", by="Ada", note="")
    await sample(out, records, 2)
    assert len(await records.reviews.list()) == 3


async def test_what_a_person_resolved_is_not_sampled(out, records):
    await sample(out, records)
    assert {review.pick.key for review in await records.reviews.list()} == {"a:1", "b:1", "c:1"}


async def test_without_anything_to_review_it_says_so(out, records):
    assert await sample(out, records, since="2027-01-01") == 0
    assert "Nothing to review" in said(out)
    assert await records.reviews.list() == []


async def test_a_conversation_whose_words_are_gone_may_still_be_judged(out, records):
    await resolve(records, "old", text="")
    await sample(out, records)
    assert said(out).count("Its words are not kept here") == 1
    assert await run_verdict(out, records, "old:1", "wrong", by="Ada", note="") == 0


async def test_verdicts_are_told_listed_and_corrected(out, records):
    await sample(out, records)
    await run_verdict(out, records, "a:1", "right", by="Ada", note="as [the] article says")
    await run_verdict(out, records, "a:1", "right", by="Ada", note="as [the] article says")
    await run_verdict(out, records, "a:1", "wrong", by="Ada", note="")
    text = said(out)
    assert "a:1 is right by Ada." in text
    assert "a:1 is right by Ada already; nothing changed." in text
    assert "a:1 is wrong by Ada, who had found it right." in text
    assert "1 of 3 picked are reviewed" in text
    assert "at most 3 %" in text
    listed = Console(file=io.StringIO(), width=160)
    await run_list(listed, records, only_waiting=False)
    assert "wrong by Ada" in said(listed)
    assert said(listed).count("waiting") == 2
    await run_list(waiting := Console(file=io.StringIO(), width=160), records, only_waiting=True)
    assert "a:1" not in said(waiting)


async def test_one_conversation_is_shown_again_with_its_verdicts(out, records):
    await sample(out, records)
    await run_verdict(out, records, "b:1", "right", by="Ada", note="as [the] article says")
    await run_show(shown := Console(file=io.StringIO(), width=160), records, "b:1")
    assert "Five working days." in said(shown)
    assert "right by Ada (as [the] article says)" in said(shown)
    with pytest.raises(NotPicked):
        await run_show(out, records, "p:1")


async def test_a_verdict_reaches_the_report(out, records, tmp_path):
    await sample(out, records)
    await run_verdict(out, records, "a:1", "wrong", by="Ada", note="")
    done = await run_report(
        out, records, since="2026-02-01", until=None, folder=tmp_path / "new", formats=["csv"]
    )
    assert done == 0
    text = said(out)
    assert "Episodes that began from 2026-02-01, as of" in text
    assert "Wrong answers: 1 of at least 30 reviews" in text
    [path] = (tmp_path / "new").iterdir()
    assert str(path) in text.replace(" ", "")
    found = list(csv.DictReader(io.StringIO(path.read_text())))
    assert {row["name"] for row in found if row["section"] == "csat"} == {
        "ai", "human", "ai_then_human",
    }  # fmt: skip


async def test_a_report_without_a_folder_writes_nothing(out, records, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert await run_report(out, records, since=None, until=None, folder=None, formats=()) == 0
    assert list(tmp_path.iterdir()) == []
    assert "Deflection: withheld" in said(out)
    assert "began at any time" in said(out)


async def test_a_folder_that_cannot_be_written_says_what_to_mend(
    out, records, tmp_path, monkeypatch
):
    monkeypatch.setattr(report, "err", out)
    (tmp_path / "taken").write_text("a file")
    done = await run_report(
        out, records, since=None, until=None, folder=tmp_path / "taken", formats=["csv"]
    )
    assert done == 2
    assert "Give another --out" in said(out)


async def test_the_report_is_under_the_policy_in_force(out, records):
    named = replace(records, policy=Policy(version="march-1"))
    await run_report(out, named, since=None, until=None, folder=None, formats=())
    assert "policy march-1" in said(out)
