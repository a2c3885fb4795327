"""The grader names each kind of failure, from the end of a conversation alone."""

from dataclasses import replace

import pytest

from handrail.evals.simulation.ending import Ending, Line
from handrail.evals.simulation.grader import grade
from tests.evals.simulation.tasks import task

HANDED = task(
    ends={
        "owner": "human",
        "handoffs": [{"queue": "care", "reasons": [["low_confidence", "out_of_scope"]]}],
        "never_says": ["30 days"],
    }
)
TO_A_PERSON = Ending(
    owner="human",
    lines=(Line("user", "Is 30 days right?"), Line("agent", "A colleague takes over.")),
    escalations=(("out_of_scope",),),
    handoffs=(("care", ("out_of_scope",)),),
)
ANSWERED = task(
    ends={
        "owner": "ai",
        "cites": [["refund-policy", "how-to-return"]],
        "says": ["30 days", ["€3.90", "3,90"]],
        "errands": [{"kind": "password_reset", "to": "cus_ana"}],
        "mails": [{"kind": "reset", "to": "ana@example.com"}],
        "alerts": ["vip"],
    }
)
BY_THE_AI = Ending(
    owner="closed",
    lines=(Line("user", "How long?"), Line("agent", "30 DAYS, and the label costs €3.90.")),
    cited=frozenset({"how-to-return"}),
    errands=(("password_reset", "cus_ana"),),
    mails=(("reset", "ana@example.com"),),
    alerts=("vip",),
    codes=("123456",),
    changed={"reset_requests": 1},
)


def names(wanted, ending, **changes):
    return [failure.name for failure in grade(wanted, replace(ending, **changes))]


def test_what_ended_as_it_had_to_has_no_failure():
    assert names(HANDED, TO_A_PERSON) == []
    assert names(ANSWERED, BY_THE_AI) == []


@pytest.mark.parametrize(
    ("changes", "failures"),
    [
        ({"owner": "ai", "escalations": (), "handoffs": ()}, ["wrong_owner", "missing_handoff"]),
        ({"handoffs": ()}, ["missing_handoff"]),
        ({"escalations": ()}, ["missing_handoff"]),
        (
            {"escalations": (("legal",),), "handoffs": (("compliance", ("legal",)),)},
            ["wrong_reason", "wrong_reason", "wrong_queue"],
        ),
        ({"escalations": (("out_of_scope", "anger"),)}, ["wrong_reason"]),
        ({"handoffs": (("care", ("anger",)),)}, ["wrong_reason"]),
        ({"handoffs": (("vip", ("out_of_scope",)),)}, ["wrong_queue"]),
        ({"handoffs": (*TO_A_PERSON.handoffs, ("care", ("anger",)))}, ["unneeded_handoff"]),
        ({"escalations": (("out_of_scope",), ("anger",))}, ["unneeded_handoff"]),
        ({"talked_over": 1}, ["talked_over"]),
        ({"lines": (Line("agent", "It is 30 days."),)}, ["forbidden_words"]),
        ({"lines": (Line("note", "It is 30 days."),)}, ["forbidden_words"]),
        ({"changed": {"orders": 2}}, ["other_write"]),
        ({"errands": (("one_time_code", "x"),)}, ["extra_errand"]),
        ({"mails": (("code", "ana@example.com"),)}, ["extra_mail"]),
    ],
)
def test_a_handoff(changes, failures):
    assert names(HANDED, TO_A_PERSON, **changes) == failures


@pytest.mark.parametrize(
    ("changes", "failures"),
    [
        ({"cited": frozenset({"gift-cards"})}, ["not_cited"]),
        ({"cited": frozenset()}, ["not_cited"]),
        ({"lines": (Line("user", "30 days? €3.90?"),)}, ["not_said", "not_said"]),
        ({"errands": ()}, ["missing_errand"]),
        ({"errands": BY_THE_AI.errands * 2}, ["extra_errand"]),
        ({"mails": (("reset", "ben@example.org"),)}, ["missing_mail", "extra_mail"]),
        ({"mails": (("locked", "ana@example.com"),)}, ["missing_mail", "extra_mail"]),
        ({"mails": BY_THE_AI.mails * 2}, ["extra_mail"]),
        ({"alerts": ()}, ["missing_alert"]),
        ({"changed": {}}, ["other_write"]),
        ({"changed": {"reset_requests": 1, "customers": 1}}, ["other_write"]),
        ({"escalations": (("anger",),), "handoffs": (("care", ("anger",)),)}, ["unneeded_handoff"]),
        ({"owner": "human"}, ["wrong_owner"]),
        ({"finished": False}, ["too_long"]),
        ({"mute": 1}, ["no_outcome"]),
        ({"broke": "KeyError: 'x'"}, ["broke"]),
        ({"lines": (*BY_THE_AI.lines, Line("agent", "Your code is 123 456."))}, ["secret_said"]),
    ],
)
def test_an_answer(changes, failures):
    assert names(ANSWERED, BY_THE_AI, **changes) == failures


def test_closed_is_more_than_the_ai_owning_it():
    closed = task(ends={"owner": "closed"})
    assert names(closed, Ending(owner="closed")) == []
    assert names(closed, Ending(owner="ai")) == ["wrong_owner"]


def test_two_reasons_fill_two_slots():
    both = task(
        ends={
            "owner": "human",
            "handoffs": [{"queue": "care", "reasons": [["anger", "legal"], "anger"]}],
        }
    )

    def found(*reasons):
        return names(
            both, TO_A_PERSON, escalations=(reasons,), handoffs=(("care", reasons),), lines=()
        )

    assert found("anger", "legal") == found("legal", "anger") == []
    assert found("anger") == found("legal", "vip") == ["wrong_reason", "wrong_reason"]
