"""What the help centre finds, with the real encoder and the demo articles."""

import pytest

from handrail.tools.help_center.search import HelpCenter


@pytest.fixture(scope="module")
def help_center(real_services):
    return HelpCenter(real_services.knowledge, real_services.encoder.embed)


async def test_a_follow_up_finds_what_it_adds(help_center):
    found = await help_center.search(
        "and who pays the postage?", "en", "What is your refund policy?"
    )
    headings = [passage["heading"] for passage in found]
    assert any("postage" in heading for heading in headings[:2])
    assert all(headings), "an article's opening words come last"


async def test_the_customers_language_comes_first(help_center):
    found = await help_center.search("¿Cuánto tarda la entrega?", "es")
    assert found[0]["lang"] == "es"
    assert found[0]["topic"] == "delivery"
    assert len(found) == 4


async def test_a_follow_up_is_answered_once_in_the_customers_language(help_center):
    found = await help_center.search(
        "y quién paga el envío?", "es", "¿Cuál es la política de devoluciones?"
    )
    assert found[0]["lang"] == "es"


async def test_a_passage_that_speaks_to_a_machine_is_not_used_however_it_came_in(real_services):
    knowledge, embed = real_services.knowledge, real_services.encoder.embed
    question = "How long does a refund take?"
    best = (await HelpCenter(knowledge, embed).search(question, "en"))[0]
    read = []

    def suspect(text):
        read.append(text)
        return text if text == best["text"] else None

    found = await HelpCenter(knowledge, embed, suspect).search(question, "en")
    assert best["text"] in read
    assert best["id"] not in [passage["id"] for passage in found]
    assert len(found) == 4, "the next one takes its place"
