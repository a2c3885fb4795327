import pytest

from handrail.store.csat import sql
from handrail.store.csat.figures import figure, wilson
from handrail.store.csat.protocol import Resolution, survey_of
from handrail.store.csat.sql import SqlCsat
from handrail.store.database import create_tables, open_database


@pytest.fixture
def csat(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path}/csat.db")
    create_tables(engine)
    yield SqlCsat(engine)
    engine.dispose()


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


async def test_below_the_minimum_a_figure_is_withheld_with_the_reason(csat):
    await csat.resolved(resolution("human"))
    await csat.rate(survey_of("t:1"), 4, "", NOW)
    human = (await csat.by_path(30))["human"]
    assert (human.satisfied, human.withheld) == (None, "1 of at least 30 ratings")
    assert human.response_rate == 1.0


async def test_there_is_no_figure_over_the_paths(csat):
    assert set(await csat.by_path(1)) == {"ai", "human", "ai_then_human"}
    names = [name.lower() for module in (sql, sql.SqlCsat) for name in dir(module)]
    assert not [n for n in names if "total" in n or "overall" in n or "all_paths" in n]


def test_wilson_is_the_known_interval():
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_figure_counts_four_and_five_as_satisfied():
    assert figure(10, [5, 4, 3, 1], 1).satisfied == 0.5
