"""What another threshold would let through, on facts made by hand; and how certain turns were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.evals.confidence_spread import confidence_spread
from handrail.evals.facts import ReviewFact, TurnFact
from handrail.evals.risk_coverage import risk_coverage
from handrail.store.csat.figures import wilson


def answered(key, confidence):
    return TurnFact(key, "answered", confidence)


def curve(cases, minimum=1, threshold=0.7):
    """Cases are (confidence, verdict), an episode each."""
    turns = [answered(f"t{n}:1", sure) for n, (sure, _) in enumerate(cases)]
    reviews = [ReviewFact(f"t{n}:1", verdict) for n, (_, verdict) in enumerate(cases)]
    return risk_coverage(turns, reviews, threshold=threshold, minimum=minimum)


def test_each_threshold_says_what_stays_and_how_much_of_it_is_wrong():
    found = curve([(0.72, "wrong"), (0.80, "right"), (0.80, "wrong"), (0.95, "right")])
    shown = [(p.threshold, p.coverage, p.risk.n, p.risk.value) for p in found.points]
    assert shown == [
        (0.7, 1.0, 4, 0.5), (0.72, 1.0, 4, 0.5), (0.8, 0.75, 3, 1 / 3), (0.95, 0.25, 1, 0.0),
    ]  # fmt: skip
    assert (found.points[2].risk.low, found.points[2].risk.high) == wilson(1, 3)
    assert (found.n, found.withheld) == (4, None)


@pytest.mark.parametrize(("reviewed", "shown"), [(29, False), (30, True)])
def test_below_the_minimum_there_is_no_curve_but_what_is_missing(reviewed, shown):
    found = curve([(0.9, "right")] * reviewed, minimum=30)
    assert bool(found.points) is shown
    assert found.n == reviewed
    assert found.withheld == (None if shown else "29 of at least 30 reviewed conversations")


@pytest.mark.parametrize(("certain", "shown"), [(29, False), (30, True)])
def test_a_risk_on_too_few_is_withheld_while_the_coverage_is_known(certain, shown):
    found = curve([(0.75, "wrong")] * 10 + [(0.9, "right")] * certain, minimum=30)
    last = found.points[-1]
    assert (last.threshold, last.coverage) == (0.9, certain / (10 + certain))
    assert (last.risk.value is not None) is shown
    assert (last.risk.withheld is None) is shown


def test_the_least_certain_answer_stands_for_its_episode():
    turns = [answered("t:1", 0.95), answered("t:1", 0.71), TurnFact("t:1", "handed_over", 0.2)]
    found = risk_coverage(turns, [ReviewFact("t:1", "right")], threshold=0.7, minimum=1)
    assert [(p.threshold, p.coverage) for p in found.points] == [(0.7, 1.0), (0.71, 1.0)]


def test_where_two_reviewers_differ_it_is_wrong_and_counts_once():
    for verdicts in (("right", "wrong"), ("wrong", "right")):
        reviews = [ReviewFact("t:1", verdict) for verdict in verdicts]
        found = risk_coverage([answered("t:1", 0.9)], reviews, threshold=0.7, minimum=1)
        assert (found.n, found.points[0].risk.value) == (1, 1.0)


def test_a_review_without_a_confidence_is_left_out():
    turns = [answered("a:1", None), TurnFact("b:1", "handed_over", 0.9)]
    reviews = [ReviewFact(f"{name}:1", "right") for name in "abc"]
    found = risk_coverage(turns, reviews, threshold=0.7, minimum=1)
    assert (found.n, found.points) == (0, ())
    assert found.withheld == "0 of at least 1 reviewed conversations"


def test_an_answer_just_at_the_threshold_stays():
    found = curve([(0.7, "right"), (0.6999, "right")])
    assert {p.threshold: p.coverage for p in found.points} == {0.69: 1.0, 0.7: 0.5}


certainty = st.floats(0, 1).map(lambda sure: round(sure, 4))


@given(st.lists(st.tuples(certainty, st.sampled_from(["right", "wrong"])), min_size=1))
def test_coverage_only_falls_and_nothing_is_counted_twice(cases):
    found = curve(cases)
    covered = [point.coverage for point in found.points]
    assert covered == sorted(covered, reverse=True)
    assert found.points[0].risk.n <= found.n == len(cases)
    assert len(found.points) <= 102


def test_turns_are_counted_by_confidence_and_by_what_came_of_them():
    turns = [
        answered("a:1", 0.7), answered("a:1", 1.0), TurnFact("b:1", "handed_over", 0.6999),
        TurnFact("c:1", "handed_over", 0.0), TurnFact("d:1", "handed_over", None),
    ]  # fmt: skip
    spread = confidence_spread(turns)
    shown = {b.low: (b.answered, b.handed_over) for b in spread.bins if b.answered or b.handed_over}
    assert shown == {0.0: (0, 1), 0.65: (0, 1), 0.7: (1, 0), 0.95: (1, 0)}
    assert (spread.answered_unscored, spread.handed_over_unscored) == (0, 1)
    assert (spread.bins[-1].high, len(spread.bins)) == (1.0, 20)
