"""CSAT by path, quality, and deflection that is withheld until every bar holds."""

import json
import math
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.evals import confidence_spread, escalations, facts, quality, risk_coverage
from handrail.evals import insights as module
from handrail.evals.insights import (
    Bars,
    EpisodeFact,
    HandoffFact,
    ReviewFact,
    TurnFact,
    as_json,
    insights,
)
from handrail.evals.quality import at_least, at_most, rate, shortfall
from handrail.graph.policy import Quality
from handrail.store.csat.figures import wilson

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OLD = NOW - 20 * DAY
LOW = Bars(minimum=1, csat_ai=0, reopen_rate=1, wrong_answers=1, false_handoffs=1)


def at(when):
    return when.isoformat(timespec="seconds")


def episode(thread="t", number=1, path="ai", when=OLD, topics=("sizes",), *, rating=None, **other):
    ended = at(when + timedelta(minutes=5))
    known = {
        "key": f"{thread}:{number}", "thread_id": thread, "episode": number, "began_at": at(when),
        "last_at": ended, "topics": topics, "channel": "chat", "path": path,
        "resolved_at": ended if path else None, "surveyed": path is not None, "rating": rating,
    }  # fmt: skip
    return EpisodeFact(**known | other)


def handoff(thread="t", number=1, mark=None, when=OLD, **other):
    known = {
        "key": f"{thread}:{number}", "reasons": ("anger",), "queue": "care", "opened_at": at(when),
        "due_at": at(when + timedelta(hours=1)), "replied_at": at(when + timedelta(minutes=30)),
        "status": "resolved", "false_handoff": mark,
    }  # fmt: skip
    return HandoffFact(**known | other)


def found(episodes=(), handoffs=(), reviews=(), bars=LOW, *, now=NOW, minimum=1, **period):
    return insights(episodes, handoffs, reviews, bars, now, minimum_ratings=minimum, **period)


def passing(n=40):
    """Facts under which every bar of LOW holds: n AI-resolved, one person-resolved."""
    episodes = [episode(f"a{i}", rating=5) for i in range(n)] + [episode("p", path="human")]
    return episodes, [handoff("p", mark=False)], [ReviewFact("a0:1", "right")]


# What is counted


def test_without_any_data_everything_is_withheld_and_says_what_is_missing():
    empty = found(bars=Bars(), minimum=30)
    assert empty.csat["ai"].withheld == "0 of at least 30 ratings"
    assert empty.csat["ai"].response_rate is None
    assert empty.escalations == empty.queues == ()
    assert empty.channels == {}
    assert empty.deflection.value is empty.deflection.denominator is None
    assert empty.deflection.withheld == (
        "AI CSAT: 0 of at least 30 ratings",
        "Reopen rate: 0 of at least 30 AI-resolved episodes older than 7 days",
        "Wrong answers: 0 of at least 30 reviews",
        "False handoffs: 0 of at least 30 finished handoffs with a mark",
    )


def test_a_minimum_of_nought_still_needs_one_case():
    empty = found(bars=replace(LOW, minimum=0), minimum=0)
    assert empty.csat["human"].withheld == "0 of at least 1 ratings"
    assert len(empty.deflection.withheld) == 4


def test_csat_is_of_each_path_and_of_those_who_were_asked():
    rated = [episode("a", rating=5), episode("b", rating=2), episode("c"),
             episode("d", path="human", rating=4)]  # fmt: skip
    csat = found(rated).csat
    assert (csat["ai"].resolved, csat["ai"].n, csat["ai"].satisfied) == (3, 2, 0.5)
    assert csat["ai"].response_rate == pytest.approx(2 / 3)
    assert (csat["human"].n, csat["human"].satisfied) == (1, 1.0)
    assert csat["ai_then_human"].withheld == "0 of at least 1 ratings"


@pytest.mark.parametrize(
    "stray",
    [
        episode("s", rating=5, surveyed=False),
        episode("s", path=None, rating=5, surveyed=True),
        episode("s", rating=5, resolved_at=None),
    ],
    ids=["no survey", "abandoned", "path without a resolution"],
)
def test_a_rating_that_nobody_asked_for_does_not_count(stray):
    with_stray = found([episode("a", rating=1), stray])
    assert (with_stray.csat["ai"].n, with_stray.csat["ai"].satisfied) == (1, 0.0)
    assert with_stray.quality["ai_csat"].n == 1


def test_deflection_is_durable_by_ai_of_everything_that_customers_began():
    episodes, handoffs, reviews = passing(3)
    others = [
        episode("left", path=None),
        episode("b", path="ai_then_human"),
        episode("c"),
        episode("c", 2, path=None, when=OLD + DAY),
        episode("young", when=NOW - DAY),
    ]
    told = found([*episodes, *others], handoffs, reviews).deflection
    # By AI: a0, a1, a2; c was reopened. Beside them p, left, b, and both of c; young is too new.
    assert (told.numerator, told.denominator, told.value) == (3, 8, 3 / 8)
    assert (told.low, told.high) == wilson(3, 8)
    assert told.withheld == ()


def test_an_episode_that_is_handed_over_and_still_waits_is_in_the_denominator():
    episodes, handoffs, reviews = passing(1)
    waiting = handoff("w", status="open", replied_at=None)
    told = found([*episodes, episode("w", path=None)], [*handoffs, waiting], reviews).deflection
    assert (told.numerator, told.denominator) == (1, 3)


# Reopened and durable


@pytest.mark.parametrize(
    ("later", "handed", "reopened"),
    [
        ({"topics": ("sizes", "returns")}, None, True),
        ({"topics": ("returns",)}, None, False),
        ({"topics": ()}, None, False),
        ({"topics": (), "path": "human"}, None, True),
        ({"topics": (), "path": "ai_then_human"}, None, True),
        ({"topics": (), "path": "ai"}, None, False),
        ({"topics": ()}, "open", True),
        ({"topics": ()}, "claimed", True),
        ({"topics": ()}, "handed_back", False),
        ({"topics": (), "path": "ai"}, "resolved", False),
    ],
)
def test_reopened_means_a_common_topic_or_an_end_with_a_person(later, handed, reopened):
    back = episode(number=2, when=OLD + DAY, **{"path": None} | later)
    handoffs = [handoff(number=2, status=handed)] if handed else []
    rate_of = found([episode(), back], handoffs).quality["reopened"]
    again = 1 if reopened else 0
    assert rate_of.value == pytest.approx(again / rate_of.n)


@pytest.mark.parametrize(
    ("after", "reopened"),
    [
        (7 * DAY - timedelta(seconds=1), True),
        (7 * DAY, True),
        (7 * DAY + timedelta(seconds=1), False),
        (timedelta(0), True),
        (-timedelta(minutes=2), True),
    ],
    ids=["before", "exactly 7 days", "after", "at once", "clocks that differ"],
)
def test_the_window_holds_its_last_instant(after, reopened):
    first = episode()
    back = episode(number=2, path=None, when=first.ended + after)
    assert found([first, back]).durable["ai"].value == (0.0 if reopened else 1.0)


@pytest.mark.parametrize(("past", "n"), [(-1, 0), (0, 0), (1, 1)])
def test_an_episode_counts_once_its_window_has_passed(past, n):
    first = episode(resolved_at=at(NOW - 7 * DAY - timedelta(seconds=past)))
    shown = found([first])
    assert shown.durable["ai"].n == shown.quality["reopened"].n == n


def test_an_episode_that_was_reopened_counts_only_once_its_window_has_passed():
    recent = [episode(when=NOW - 2 * DAY), episode(number=2, path=None, when=NOW - DAY)]
    assert found(recent).quality["reopened"].n == 0


def test_what_came_before_or_on_another_thread_reopens_nothing():
    second = episode(number=2, when=OLD)
    before = episode(number=1, path="human", when=OLD - DAY)
    elsewhere = episode("u", number=3, path="human", when=OLD + DAY)
    assert found([second, before, elsewhere]).durable["ai"].value == 1.0


def test_each_path_has_its_own_durable_share():
    facts_of = [episode("a", path="human"), episode("b", path="ai_then_human"),
                episode("b", 2, path=None, when=OLD + DAY)]  # fmt: skip
    durable = found(facts_of).durable
    assert (durable["human"].value, durable["ai_then_human"].value) == (1.0, 0.0)
    assert durable["ai"].withheld == "0 of at least 1 resolved episodes older than 7 days"


def test_an_episode_resolved_twice_is_as_it_was_first():
    first = episode(rating=1)
    again = replace(first, path="human", resolved_at=at(OLD + DAY), rating=5)
    open_still = replace(first, path=None, resolved_at=None, last_at=at(NOW))
    for order in ([first, again, open_still], [open_still, again, first]):
        shown = found(order)
        assert (shown.csat["ai"].n, shown.csat["human"].n) == (1, 0)
        assert shown.channels == {"chat": 1}


def test_two_facts_that_differ_are_told_apart_whatever_their_order():
    twice = [episode(rating=5), episode(rating=1)]
    handed = [handoff(reasons=("vip",)), handoff(reasons=("anger",))]
    assert found(twice, handed) == found(twice[::-1], handed[::-1])


def test_a_later_sign_of_life_keeps_an_open_episode_young():
    episodes, handoffs, reviews = passing(1)
    stale, fresh = episode("x", path=None), episode("x", path=None, last_at=at(NOW))
    told = found([*episodes, stale, fresh], handoffs, reviews).deflection
    assert told.denominator == 2


def test_what_begins_in_the_future_is_left_out():
    ahead = episode("f", when=NOW + DAY, rating=5)
    shown = found([ahead], [handoff("f", when=NOW + DAY)])
    assert shown.channels == {}
    assert shown.escalations == ()
    assert shown.csat["ai"].n == 0


def test_a_resolution_in_the_future_is_not_mature():
    shown = found([episode(resolved_at=at(NOW + DAY))])
    assert shown.durable["ai"].n == 0


def test_a_period_takes_what_began_in_it_and_sees_what_came_after_it():
    inside, back = episode(), episode(number=2, path=None, when=OLD + DAY)
    period = {"since": at(OLD), "until": at(OLD + DAY)}
    shown = found([inside, back, episode("b", when=OLD - DAY)], **period)
    assert shown.channels == {"chat": 1}
    assert shown.quality["reopened"].value == 1.0


def test_a_period_may_be_given_in_days_and_in_any_zone():
    midnight = episode(when=datetime(2026, 2, 2, tzinfo=UTC))
    assert found([midnight], since="2026-02-02").channels == {"chat": 1}
    assert found([midnight], until="2026-02-02").channels == {}
    assert found([midnight], until="2026-02-02T00:30:00+01:00").channels == {}
    assert found([midnight], since="2026-02-02T00:30:00+01:00").channels == {"chat": 1}
    assert found([midnight], since="2026-02-02T00:00:00Z").channels == {"chat": 1}


# Reviews and marks


def test_wrong_answers_are_of_sampled_episodes_by_ai_and_a_doubt_is_wrong():
    episodes = [episode("a"), episode("b"), episode("p", path="human"), episode("l", path=None)]
    verdicts = [("a:1", "right"), ("a:1", "wrong"), ("a:1", "right"), ("b:1", "right"),
                ("p:1", "wrong"), ("l:1", "wrong"), ("nowhere:1", "wrong")]  # fmt: skip
    wrong = found(episodes, reviews=[ReviewFact(*v) for v in verdicts]).quality["wrong_answers"]
    assert (wrong.n, wrong.value) == (2, 0.5)


def test_false_handoffs_are_of_finished_ones_with_a_mark():
    handoffs = [
        handoff("a", mark=True), handoff("b", mark=False), handoff("c", mark=None),
        handoff("d", mark=False, status="handed_back"),
        handoff("e", mark=True, status="claimed"), handoff("f", mark=True, status="open"),
    ]  # fmt: skip
    false = found(handoffs=handoffs).quality["false_handoffs"]
    assert (false.n, false.value) == (3, pytest.approx(1 / 3))


# The bars, both sides


def test_the_bars_are_those_of_the_policy():
    assert Bars.of(Quality()) == Bars()
    assert Bars.of(Quality(minimum=50, window_days=14)) == replace(
        Bars(), minimum=50, window_days=14
    )


@pytest.mark.parametrize(("clean", "holds"), [(124, False), (125, True)])
def test_a_ceiling_of_three_percent_takes_125_clean_reviews(clean, holds):
    assert at_most(0.03, rate(0, clean, 30, "reviews")).holds is holds


def test_a_floor_holds_at_the_lower_end_and_a_ceiling_at_the_upper():
    some = rate(20, 40, 30, "cases")
    assert at_least(some.low, some).holds is True
    assert at_least(math.nextafter(some.low, 1), some).holds is False
    assert at_most(some.high, some).holds is True
    assert at_most(math.nextafter(some.high, 0), some).holds is False


@pytest.mark.parametrize(("n", "shown"), [(29, False), (30, True)])
def test_a_rate_needs_the_minimum(n, shown):
    some = at_most(1.0, rate(0, n, 30, "reviews"))
    assert (some.value is not None) is shown
    assert some.holds is (True if shown else None)
    assert some.withheld == (None if shown else "29 of at least 30 reviews")


def full(n=40):
    """Facts with n cases of each kind, of which one in ten is bad, and their intervals."""
    bad = n // 10
    episodes = [episode(f"a{i}", rating=1 if i < bad else 5) for i in range(n)]
    episodes += [episode(f"a{i}", 2, path=None, when=OLD + DAY) for i in range(bad)]
    handoffs = [handoff(f"h{i}", mark=i < bad) for i in range(n)]
    reviews = [ReviewFact(f"a{i}:1", "wrong" if i < bad else "right") for i in range(n)]
    return episodes, handoffs, reviews


LOWEST, HIGHEST = wilson(36, 40)[0], wilson(4, 40)[1]
EXACT = Bars(30, LOWEST, HIGHEST, HIGHEST, HIGHEST)
MISSED = {
    "csat_ai": (math.nextafter(LOWEST, 1), "AI CSAT: between "),
    "reopen_rate": (math.nextafter(HIGHEST, 0), "Reopen rate: between "),
    "wrong_answers": (math.nextafter(HIGHEST, 0), "Wrong answers: between "),
    "false_handoffs": (math.nextafter(HIGHEST, 0), "False handoffs: between "),
}


def test_deflection_is_shown_where_every_bar_just_holds():
    told = found(*full(), bars=EXACT).deflection
    assert told.withheld == ()
    assert (told.numerator, told.denominator) == (36, 44)


@pytest.mark.parametrize("name", MISSED)
def test_deflection_is_withheld_where_one_bar_is_just_missed(name):
    bar, reason = MISSED[name]
    told = found(*full(), bars=replace(EXACT, **{name: bar})).deflection
    assert told.value is told.low is told.high is told.numerator is told.denominator is None
    [said] = told.withheld
    assert said.startswith(reason)


@pytest.mark.parametrize("minimum", [40, 41])
def test_deflection_needs_the_minimum_of_each(minimum):
    told = found(*full(), bars=replace(EXACT, minimum=minimum)).deflection
    assert (told.value is None) is (minimum == 41)
    assert len(told.withheld) == (4 if minimum == 41 else 0)


def test_the_reason_gives_the_interval_and_the_bar():
    assert shortfall(at_most(0.1, rate(12, 100, 30, ""))) == "between 7 % and 20 %, the bar is 10 %"


def test_a_bar_that_was_missed_never_reads_like_one_that_was_met():
    near = at_most(0.2, rate(120, 700, 30, ""))
    assert near.holds is False
    assert shortfall(near) == "between 14.5 % and 20.1 %, the bar is 20.0 %"


# Handoffs


def test_escalations_count_the_first_reason_and_all_of_them():
    handoffs = [
        handoff("a", reasons=("legal", "anger")), handoff("b", reasons=("anger", "anger")),
        handoff("c", reasons=("anger",)), handoff("d", reasons=()),
    ]  # fmt: skip
    shown = {c.reason: (c.first, c.mentioned) for c in found(handoffs=handoffs).escalations}
    assert shown == {"anger": (2, 3), "legal": (1, 1), "none given": (1, 1)}
    assert next(iter(shown)) == "anger"


def test_a_queue_is_in_time_late_waiting_or_closed_without_a_reply():
    due = OLD + timedelta(hours=1)
    handoffs = [
        handoff("a", replied_at=at(due)),
        handoff("b", replied_at=at(due + timedelta(seconds=1))),
        handoff("c", replied_at=None, status="open"),
        handoff("d", replied_at=None, status="claimed", due_at=at(NOW + DAY)),
        handoff("e", replied_at=None, status="handed_back"),
        handoff("f", queue="vip", replied_at=at(OLD - timedelta(minutes=1))),
        handoff("g", queue="trust", replied_at=None, status="open"),
    ]
    care, trust, vip = found(handoffs=handoffs).queues
    assert (care.n, care.in_time, care.late, care.waiting, care.closed_unanswered) == (
        5,
        1,
        1,
        2,
        1,
    )
    assert care.overdue == 1
    assert care.median_minutes == 60.0
    assert (trust.queue, trust.median_minutes) == ("trust", None)
    assert (vip.in_time, vip.median_minutes) == (1, 0.0), "no reply comes before its question"


def test_a_handoff_counts_once():
    twice = [handoff(), handoff(when=OLD + DAY, reasons=("vip",))]
    for order in (twice, twice[::-1]):
        assert [c.reason for c in found(handoffs=order).escalations] == ["anger"]


def test_a_channel_shows_its_own_episodes_and_every_channel_is_counted():
    episodes = [episode("a", channel="mail", rating=5), episode("b", rating=1)]
    handoffs = [handoff("a", reasons=("vip",)), handoff("b")]
    turns = [TurnFact("a:1", "answered", 0.8), TurnFact("b:1", "answered", 0.9)]
    shown = found(episodes, handoffs, turns=turns, channel="mail")
    assert (shown.csat["ai"].n, shown.csat["ai"].satisfied) == (1, 1.0)
    assert [c.reason for c in shown.escalations] == ["vip"]
    assert sum(b.answered for b in shown.confidence.bins) == 1
    assert shown.channels == {"chat": 1, "mail": 1}
    assert found(episodes, handoffs, channel="fax").queues == ()


def test_only_what_the_ai_resolved_in_the_period_is_on_the_curve():
    reviewed = [episode("a"), episode("p", path="human"), episode("o", when=OLD - 9 * DAY)]
    turns = [TurnFact(f"{t}:1", "answered", 0.8) for t in "apo"]
    reviews = [ReviewFact(f"{t}:1", "wrong") for t in "apo"]
    curve = found(reviewed, reviews=reviews, turns=turns, since=at(OLD - DAY)).risk_coverage
    assert (curve.n, curve.threshold) == (1, 0.7)
    assert [(p.threshold, p.coverage, p.risk.value) for p in curve.points] == [
        (0.7, 1.0, 1.0), (0.8, 1.0, 1.0),
    ]  # fmt: skip


def test_channels_count_what_was_begun():
    episodes = [episode("a", channel="mail"), episode("b"), episode("c", path=None)]
    assert found(episodes).channels == {"chat": 2, "mail": 1}


# Whatever the facts are

minutes = st.integers(0, 30 * 24 * 60).map(lambda m: NOW - timedelta(minutes=m))
paths = st.sampled_from(["ai", "ai", "ai", "human", "ai_then_human", None])
made_episode = st.builds(
    episode, st.sampled_from("abcdefgh"), st.integers(1, 4), paths, minutes,
    st.lists(st.sampled_from(["sizes", "returns"]), max_size=2).map(tuple),
    rating=st.sampled_from([None, 1, 4, 5, 5]), surveyed=st.booleans(),
    channel=st.sampled_from(["chat", "mail"]),
)  # fmt: skip
made_handoff = st.builds(
    handoff, st.sampled_from("abcdefgh"), st.integers(1, 4), st.sampled_from([None, True, False]),
    minutes, status=st.sampled_from(["open", "claimed", "handed_back", "resolved"]),
)  # fmt: skip
made_review = st.builds(
    ReviewFact, st.sampled_from([f"{t}:{n}" for t in "abcdefgh" for n in range(1, 5)]),
    st.sampled_from(["right", "right", "wrong"]),
)  # fmt: skip
made_facts = st.tuples(
    st.lists(made_episode, max_size=24),
    st.lists(made_handoff, max_size=8),
    st.lists(made_review, max_size=12),
)
share = st.floats(0, 1)
made_bars = st.builds(Bars, st.integers(0, 4), share, share, share, share, st.integers(1, 9))


@given(made_facts, made_bars)
def test_deflection_is_shown_only_where_every_bar_holds_on_enough(given_facts, bars):
    shown = found(*given_facts, bars=bars)
    limits = (bars.csat_ai, bars.reopen_rate, bars.wrong_answers, bars.false_handoffs)
    hold = all(
        r.n >= max(bars.minimum, 1) and (r.low >= limit if name == "ai_csat" else r.high <= limit)
        for (name, r), limit in zip(shown.quality.items(), limits, strict=True)
    )
    told = shown.deflection
    assert (told.value is not None) == hold == (not told.withheld)
    if hold:
        assert 0 <= told.numerator <= told.denominator
        assert told.value == told.numerator / told.denominator
        assert told.low <= told.value <= told.high or told.value in {0, 1}
    else:
        assert told.numerator is told.denominator is told.low is told.high is None


@given(made_facts, st.integers(1, 5), minutes, st.booleans())
def test_customers_who_leave_never_raise_deflection(given_facts, leavers, when, on_a_thread):
    episodes, handoffs, reviews = given_facts
    thread = "a" if on_a_thread else "new"
    left = [episode(thread, 5 + i, None, when, ("sizes",)) for i in range(leavers)]
    before = found(episodes, handoffs, reviews).deflection
    after = found([*episodes, *left], handoffs, reviews).deflection
    if after.value is not None:
        assert before.value is not None
        assert after.value <= before.value


@given(st.integers(1, 20), st.integers(0, 20))
def test_deflection_falls_with_everyone_who_leaves(stayed, left):
    episodes, handoffs, reviews = passing(stayed)
    gone = [episode(f"l{i}", path=None) for i in range(left)]
    told = found([*episodes, *gone], handoffs, reviews).deflection
    assert told.value == pytest.approx(stayed / (stayed + 1 + left))


@given(made_facts, made_bars, st.randoms())
def test_the_order_of_the_facts_does_not_matter(given_facts, bars, chance):
    shuffled = [chance.sample(some, len(some)) for some in given_facts]
    assert found(*given_facts, bars=bars) == found(*shuffled, bars=bars)


@given(made_facts)
def test_what_happens_on_one_path_leaves_the_csat_of_the_others(given_facts):
    episodes, handoffs, reviews = given_facts
    before = found(episodes, handoffs, reviews).csat
    after = found([*episodes, episode("new", path="human", rating=1)], handoffs, reviews).csat
    assert (before["ai"], before["ai_then_human"]) == (after["ai"], after["ai_then_human"])


SUMS = {"total", "totals", "overall", "all", "sum", "combined", "aggregate"}


def names_in(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


@given(made_facts)
def test_nothing_adds_up_the_paths(given_facts):
    shown = found(*given_facts)
    told = as_json(shown)
    assert json.loads(json.dumps(told)) == told
    assert set(told["csat"]) == set(told["durable"]) == {"ai", "human", "ai_then_human"}
    assert not [n for n in names_in(told) if SUMS & set(n.lower().split("_"))]
    owned = [f.name for f in fields(shown)] + [
        name
        for m in (module, quality, facts, escalations, risk_coverage, confidence_spread)
        for name in vars(m)
        if name != "__all__"
    ]
    assert not [n for n in owned if SUMS & set(n.lower().strip("_").split("_"))]


def test_json_names_csat_by_who_was_asked():
    told = as_json(found([episode(rating=5)]))
    assert told["csat"]["ai"]["surveyed"] == 1
    assert "resolved" not in told["csat"]["ai"]
    assert isinstance(told["deflection"]["withheld"], list)
