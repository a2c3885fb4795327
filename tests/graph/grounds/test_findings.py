"""What a model says: each veto with replies that meet it and replies that do not."""

from pathlib import Path

import pytest
import yaml

from handrail.graph.grounding import faults, findings, vetoes
from handrail.graph.grounds.bars import Grounding
from tests.drafts import draft, passages, searched, trace_of

TABLE = yaml.safe_load((Path(__file__).parent / "replies.yaml").read_text("utf-8"))
STOPPED = [(table["veto"], row) for table in TABLE for row in table["stopped"]]
PASSED = [row for table in TABLE for row in table["passed"]]
GARDEN = "Collecting garden furniture costs €19."
NEAR = "Having garden furniture collected costs €19."


def said(found):
    return {finding["veto"] for finding in found}


@pytest.mark.parametrize(("veto", "row"), STOPPED, ids=lambda v: v if isinstance(v, str) else "")
def test_stopped(veto, row, grounds):
    found = findings(draft(row["text"], trace_of(row)), grounds(row["lang"]))
    assert veto in said(found), found


@pytest.mark.parametrize("row", PASSED, ids=lambda row: row["text"][:40])
def test_passed(row, grounds):
    assert findings(draft(row["text"], trace_of(row)), grounds(row["lang"])) == []


@pytest.mark.parametrize(
    ("claim", "veto"),
    [
        ({"quote": GARDEN}, None),
        ({"quote": "Collecting garden furniture … which we take off"}, "misquote"),
        ({"quote": "Collecting is free."}, "misquote"),
        ({"quote": ""}, "misquote"),
        ({"quote": GARDEN, "source": "no-such-passage"}, "invented_citation"),
        ({"quote": "", "source": "look_up_order"}, "invented_citation"),
    ],
)
def test_what_a_claim_rests_on(claim, veto, grounds):
    found = passages("en", "refund-policy")
    [source] = [p["id"] for p in found if GARDEN in p["text"]]
    claims = [{"text": GARDEN, "source": source, **claim}]
    made = findings(draft(GARDEN, searched(found), claims=claims), grounds("en"))
    assert said(made) == ({veto} if veto else set())


@pytest.mark.parametrize(
    ("bar", "loose", "strict"),
    [
        ("cover", 0.6, 1.0), ("cosine", 0.3, 0.99), ("both", 1.0, 1.99), ("clause", 0.3, 1.0),
    ],
)  # fmt: skip
def test_each_bar_decides_on_both_sides(bar, loose, strict, grounds):
    reply = draft(NEAR, searched(passages("en", "refund-policy")))
    assert findings(reply, grounds("en", bars=Grounding(**{bar: loose}))) == []
    found = findings(reply, grounds("en", bars=Grounding(**{bar: strict})))
    assert said(found) == {"unsupported_sentence"}


def test_figures_that_only_the_customer_typed_are_no_evidence(grounds):
    reply = draft("Yes, you can return it within 45 days.", searched(passages("en", "gift-cards")))
    assert "unknown_figure" in vetoes(faults(reply, grounds("en")))


def test_words_of_our_templates_are_judged_as_before():
    reply = draft("We have refunded 17 parcels.", [])
    assert vetoes(faults(reply, None)) == ["no_citation", "claims_action"]


def test_a_tool_error_and_a_missing_citation_stand_beside_the_findings(grounds):
    trace = [{"tool": "look_up_order", "args": {}, "result": {"outcome": "error"}}]
    found = vetoes(faults(draft("I have cancelled it.", trace), grounds("en")))
    assert found == ["tool_error", "no_citation", "claims_action"]
