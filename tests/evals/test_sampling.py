"""Samples for review are random, reproducible, and fair to every topic."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.evals.facts import ReviewFact
from handrail.evals.sampling import draw, waiting
from tests.evals.test_insights import episode

MANY = [episode(f"t{n}", topics=("sizes",) if n % 4 else ("delivery",)) for n in range(200)]


def keys(drawn):
    return [fact.key for fact in drawn]


def test_only_what_the_ai_resolved_and_nobody_judged_is_waiting():
    facts = [
        episode("a"), episode("b"), episode("p", path="human"), episode("m", path="ai_then_human"),
        episode("left", path=None), replace(episode("u"), resolved_at=None),
    ]  # fmt: skip
    assert keys(waiting(facts, [ReviewFact("b:1", "right")])) == ["a:1"]


@pytest.mark.parametrize("by_topic", [False, True])
def test_the_same_seed_draws_the_same_and_another_seed_others(by_topic):
    first = draw(MANY, 20, "march", by_topic=by_topic)
    assert keys(draw(MANY[::-1], 20, "march", by_topic=by_topic)) == keys(first)
    assert set(keys(draw(MANY, 20, "april", by_topic=by_topic))) != set(keys(first))


def test_what_is_reviewed_leaves_room_and_the_rest_stays():
    first = keys(draw(MANY, 20, "march"))
    left = [fact for fact in MANY if fact.key not in first[:5]]
    assert keys(draw(left, 20, "march"))[:15] == first[5:]


@given(size=st.integers(1, 60), n=st.integers(0, 50), by_topic=st.booleans(), seed=st.text())
def test_a_sample_has_its_size_and_holds_nothing_twice(size, n, by_topic, seed):
    drawn = keys(draw(MANY[:n], size, seed, by_topic=by_topic))
    assert len(drawn) == len(set(drawn)) == min(size, n)
    assert set(drawn) <= set(keys(MANY[:n]))


@pytest.mark.parametrize("seed", ["a", "b", "c", "d"])
def test_by_topic_gives_each_topic_its_share(seed):
    counts = Counter(fact.topics[0] for fact in draw(MANY, 20, seed, by_topic=True))
    assert counts == {"sizes": 15, "delivery": 5}


@pytest.mark.parametrize("by_topic", [False, True])
def test_each_episode_is_as_likely_as_any_other(by_topic):
    few = MANY[:10]
    times = Counter(
        key for n in range(2000) for key in keys(draw(few, 3, str(n), by_topic=by_topic))
    )
    assert all(500 < times[fact.key] < 700 for fact in few)


def test_an_episode_without_a_topic_may_be_drawn():
    assert draw([episode(topics=())], 1, "s", by_topic=True)
