"""The judge of `make chaos` finds what it is there to find: a judge that sees nothing proves nothing."""

import copy

import pytest

from handrail.app.chaos.outcome import has_outcome, is_answer, spoken_over
from handrail.app.chaos.played import Acted, Conversation, Said
from handrail.app.chaos.proof import judge
from handrail.app.chaos.registry import FAULTS
from handrail.app.chaos.scripts import SCRIPTS, first
from handrail.app.chaos.sink import Arrived, again, doubled
from handrail.app.chaos.world import Kept


def said_by_customer(name, text):
    return {"type": "human", "id": name, "content": text}


def said_by(author, name, text, **more):
    return {
        "type": "ai", "id": name, "content": text,
        "additional_kwargs": {"handrail": {"author": author, **more}},
    }  # fmt: skip


ASKED = said_by_customer("m1", "I am furious")
NOTICE = said_by("ai", "handoff-h1", "A person will answer.", kind="handoff")
WAITING = said_by_customer("m2", "Are you there?")
PERSON = said_by("human", "r1", "I am looking into it.")
END = said_by("human", "end-h1", "", ends="handed_back")
ANSWER = said_by("ai", "a1", "Thirty days.")


def handoff(*messages):
    lines = [{"message_id": m["id"], "role": "customer", "text": m["content"]} for m in messages]
    return {"id": "h1", "key": "t1:1", "closed_at": None, "transcript": lines}


def played(*messages, acts=()):
    said = [Said(m["id"], m["content"], tries=1, accepted=True) for m in messages]
    return Conversation("t1", "u1", SCRIPTS[0], said, [Acted(act, 200) for act in acts])


def kept(*messages, handoffs=(), owner="human", stage="waiting"):
    values = {"messages": list(messages), "owner": owner, "handoff": {"id": "h1", "made": True}}
    return {"t1": Kept(values, stage, list(handoffs))}


def test_a_conversation_that_went_well_has_no_findings():
    world = kept(ASKED, NOTICE, WAITING, PERSON, handoffs=[handoff(ASKED, WAITING)])
    assert judge([played(ASKED, WAITING, acts=["reply"])], world).are_none()
    answered = kept(ASKED, ANSWER, owner="ai", stage="ai")
    assert judge([played(ASKED)], answered).are_none()


def test_a_message_that_was_taken_and_is_gone_is_lost():
    found = judge([played(ASKED, WAITING)], kept(ASKED, NOTICE, handoffs=[handoff(ASKED)]))
    assert len(found.lost) == 1
    assert "not in the thread" in found.lost[0]


def test_a_message_that_the_person_does_not_have_is_lost():
    found = judge([played(ASKED, WAITING)], kept(ASKED, NOTICE, WAITING, handoffs=[handoff(ASKED)]))
    assert len(found.lost) == 1
    assert "in no packet" in found.lost[0]


def test_what_comes_after_a_hand_back_is_in_no_packet():
    after = said_by_customer("m3", "What is your refund policy?")
    world = kept(ASKED, NOTICE, PERSON, END, after, ANSWER, handoffs=[handoff(ASKED)], owner="ai")
    assert judge([played(ASKED, after, acts=["reply"])], world).are_none()


def test_whatever_stands_twice_is_found():
    copy_of_it = {**ASKED, "id": "m9"}
    twice = kept(ASKED, copy_of_it, NOTICE, handoffs=[handoff(ASKED, copy_of_it)])
    assert len(judge([played(ASKED)], twice).doubled) == 2  # in the thread, and in the packet
    two_notices = kept(ASKED, NOTICE, {**NOTICE, "id": "other"}, handoffs=[handoff(ASKED)])
    assert len(judge([played(ASKED)], two_notices).doubled) == 1
    two_packets = kept(ASKED, NOTICE, handoffs=[handoff(ASKED), handoff(ASKED)])
    assert len(judge([played(ASKED)], two_packets).doubled) == 1
    two_replies = kept(ASKED, NOTICE, PERSON, {**PERSON, "id": "r2"}, handoffs=[handoff(ASKED)])
    assert len(judge([played(ASKED, acts=["reply"])], two_replies).doubled) == 1


def test_an_ai_word_while_a_person_has_it_is_found():
    assert spoken_over([ASKED, NOTICE, WAITING, ANSWER]) == ["a1"]
    assert spoken_over([ASKED, NOTICE, PERSON, END, WAITING, ANSWER]) == []
    assert not is_answer(NOTICE)


def test_who_has_no_outcome_or_no_owner_is_found():
    silent = kept(ASKED, owner="ai", stage="ai")
    assert "no outcome" in judge([played(ASKED)], silent).without_owner[0]
    refused = played(ASKED)
    refused.said[0].accepted = False
    assert "never taken" in judge([refused], silent).without_owner[0]
    nobody = kept(ASKED, ANSWER, owner="ai", stage=None)
    assert "nobody owns" in judge([played(ASKED)], nobody).without_owner[0]


def test_a_handoff_that_was_not_made_is_no_outcome():
    values = kept(ASKED)["t1"].values
    assert has_outcome(values, "m1")
    unmade = copy.deepcopy(values)
    unmade["handoff"]["made"] = False
    assert not has_outcome(unmade, "m1")
    assert not has_outcome(values, "another")


def test_a_webhook_that_comes_again_is_told_from_one_that_is_doubled():
    one = Arrived("msg_1", "handoff.opened", "h1", "", 204)
    unheard = Arrived("msg_1", "handoff.opened", "h1", "", 503)
    assert doubled([unheard, one, one]) == 0
    assert again([unheard, one]) == 0
    assert again([one, one]) == 1
    assert doubled([one, Arrived("msg_2", "handoff.opened", "h1", "", 204)]) == 1


def test_four_in_ten_need_a_person_and_every_fault_promises_something():
    assert len(list(first(25))) == 25
    people = [script for script in first(10) if script.desk or "person" in script.says]
    assert len(people) == 4
    names = [fault.name for fault in FAULTS]
    assert len(set(names)) == len(names) == 11
    assert all(fault.promise.endswith(".") and fault.seconds > 0 for fault in FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_faults_on_one_stack_stand_on_the_same(fault):
    assert (fault.disk is None) == (fault.name != "disk full")
    assert (fault.prepares is None) == (fault.name != "clock jumps")
