from dataclasses import replace

import pytest

from handrail.store.csat import figures, memory, protocol, sql
from handrail.store.csat.figures import figure, wilson
from handrail.store.csat.memory import MemoryCsat
from handrail.store.csat.protocol import Resolution, Surveyed, survey_of
from handrail.store.csat.sql import SqlCsat
from handrail.store.errors import StoreDown


@pytest.fixture(params=["sql", "memory"])
def csat(request, engine):
    return SqlCsat(engine) if request.param == "sql" else MemoryCsat()


NOW = "2026-03-01T10:00:00+00:00"


def resolution(path):
    return Resolution(key="t:1", path=path, by="ines", at=NOW)


async def test_a_rating_counts_once_and_only_for_a_resolved_episode(csat):
    survey = survey_of("t:1")
    assert await csat.rate(survey, 5, "", NOW) == "unknown"
    assert await csat.key_of(survey) is None
    await csat.resolved(resolution("ai"))
    await csat.resolved(resolution("human"))
    assert await csat.key_of(survey) == "t:1"
    assert await csat.rate(survey, 5, "good \x00", NOW) == "kept"
    assert await csat.rate(survey, 5, "good \x00", NOW) == "kept"
    assert await csat.rate(survey, 1, "", NOW) == "already_rated"
    figures = await csat.by_path(1)
    assert (figures["ai"].n, figures["ai"].satisfied) == (1, 1.0)
    assert figures["human"].resolved == 0


async def test_a_resolution_that_a_table_refuses_is_told_and_not_taken_for_noted(engine):
    with pytest.raises(StoreDown, match="Noting a resolved episode failed"):
        await SqlCsat(engine).resolved(replace(resolution("ai"), path=None))


async def test_below_the_minimum_a_figure_is_withheld_with_the_reason(csat):
    await csat.resolved(resolution("human"))
    await csat.rate(survey_of("t:1"), 4, "", NOW)
    human = (await csat.by_path(30))["human"]
    assert (human.satisfied, human.withheld) == (None, "1 of at least 30 ratings")
    assert human.response_rate == 1.0


async def test_there_is_no_figure_over_the_paths(csat):
    assert set(await csat.by_path(1)) == {"ai", "human", "ai_then_human"}
    places = (figures, memory, protocol, sql, MemoryCsat, SqlCsat, Surveyed)
    names = [name.lower() for place in places for name in dir(place)]
    assert not [n for n in names if "total" in n or "overall" in n or "all_paths" in n]


async def test_resolved_episodes_are_listed_each_by_itself_with_its_path(csat):
    for key, path in (("b:1", "human"), ("a:1", "ai"), ("c:1", "ai_then_human")):
        await csat.resolved(Resolution(key=key, path=path, by="ines", at=NOW, channel="mail"))
    await csat.rate(survey_of("b:1"), 2, "slow", NOW)
    first = await csat.list(limit=2)
    assert list(first) == [
        Surveyed("a:1", "ai", "ines", NOW, "mail", None, None),
        Surveyed("b:1", "human", "ines", NOW, "mail", 2, NOW),
    ]
    rest = await csat.list(after="b:1", limit=2)
    assert [(row.key, row.path) for row in rest] == [("c:1", "ai_then_human")]
    assert list(await csat.list(after="c:1")) == []


def test_wilson_is_the_known_interval():
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_figure_counts_four_and_five_as_satisfied():
    assert figure(10, [5, 4, 3, 1], 1).satisfied == 0.5
