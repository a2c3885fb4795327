"""A guard says which words made it fire, whether a lexicon or the head found them."""

import pytest

from handrail.graph.guards import judging
from handrail.graph.guards.judging import judge, telling
from handrail.graph.policy import Policy


@pytest.mark.parametrize(
    ("said", "rule", "words"),
    [
        ("My lawyer is told. Where is it?", "lexicon", ["My lawyer"]),
        (
            "I bought the green tent in May. Whatever you sell is rubbish and you do not care!",
            "head",
            ["Whatever you sell is rubbish and you do not care!"],
        ),
    ],
)
async def test_the_words_that_made_it_fire(real_services, said, rule, words):
    guard = "legal" if rule == "lexicon" else "sentiment"
    signal = await judge(guard, said, real_services, 0.4)
    assert signal["fired"]
    assert signal["rule"] == rule
    assert signal["words"] == words


async def test_a_guard_that_keeps_still_names_no_words(real_services):
    signal = await judge("legal", "which stoves are there", real_services, 0.5)
    assert not signal["fired"]
    assert signal["words"] == []


def test_what_is_told_of_a_long_sentence_is_short(real_services):
    assert len(telling("sentiment", "you are useless " * 200, real_services)) <= 160


@pytest.mark.parametrize(
    ("sure", "own", "fires"), [(0.0, False, False), (0.2, False, True), (0.0, True, True)]
)
async def test_a_word_is_not_believed_against_a_sure_head(
    real_services, monkeypatch, sure, own, fires
):
    """Both sides of the line of doubt, and a company's own words whatever the head says."""
    policy = Policy(lexicons={"legal": {"fires": ["class action"]}}) if own else Policy()
    monkeypatch.setattr(judging, "head_score", lambda *_: sure)
    signal = await judge("legal", "a class action", real_services.under(policy), 0.5, doubt=0.05)
    assert signal["fired"] is fires
