"""What another policy changes is counted by reason, by conversation and in minutes."""

from handrail.evals.compare import compare
from handrail.evals.rows import Row
from handrail.graph.policy import Policy


def test_reasons_conversations_and_minutes():
    rows = [Row(id=str(n), text=f"message {n}") for n in range(4)]
    before = [{"reasons": r} for r in ([], ["legal"], ["anger"], [])]
    after = [{"reasons": r} for r in (["low_confidence"], [], ["anger", "legal"], [])]
    policy = Policy.model_validate({"queues": {"legal": {"name": "law", "handling_minutes": 30}}})
    found = compare(rows, before, after, policy)
    assert found.reasons["legal"].added == ["message 2"]
    assert found.reasons["legal"].removed == ["message 1"]
    assert found.reasons["low_confidence"].added == ["message 0"]
    assert (found.more, found.fewer) == (1, 1)
    assert found.minutes == 6.0 - 30.0
