from handrail.graph.routes import ALL_GUARDS, after_assess, after_intake, after_triage
from handrail.graph.triage import reasons_of

FIRED = {"fired": True, "score": 0.9, "words": [], "rule": "head"}
QUIET = {"fired": False, "score": 0.1, "words": [], "rule": "head"}


def test_an_event_goes_to_the_desk_whoever_owns_it():
    assert after_intake({"messages": [], "event": {"type": "claim"}, "owner": "human"}) == "desk"
    assert after_intake({"messages": [], "event": {"type": "claim"}, "owner": "ai"}) == "desk"


def test_a_message_is_held_while_a_person_owns_it():
    assert after_intake({"messages": [], "owner": "human"}) == "hold"


def test_a_message_meets_every_guard_while_the_ai_owns_it():
    assert after_intake({"messages": [], "owner": "ai"}) == ALL_GUARDS


def test_any_reason_leads_to_a_person():
    assert after_triage({"messages": [], "reasons": ["vip"]}) == "escalate"
    assert after_triage({"messages": [], "reasons": []}) == "answer"


def test_no_draft_or_a_reason_leads_to_a_person():
    draft = {"text": "x", "topic": "t", "asked": None, "offered": [], "citations": [], "tools": []}
    assert after_assess({"messages": [], "draft": draft, "reasons": []}) == "reply"
    assert (
        after_assess({"messages": [], "draft": draft, "reasons": ["low_confidence"]}) == "escalate"
    )
    assert after_assess({"messages": [], "draft": None, "reasons": []}) == "escalate"


def test_legal_comes_first_among_reasons():
    signals = {"human_request": FIRED, "sentiment": FIRED, "legal": FIRED, "vip": QUIET}
    assert reasons_of(signals) == ["legal", "anger", "human_request"]
