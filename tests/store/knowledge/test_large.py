"""A help centre that is too large to be learned as a whole."""

import pytest

from handrail.store.knowledge import chroma
from handrail.store.knowledge import large as searching
from handrail.store.knowledge.chroma import ChromaKnowledge
from handrail.store.knowledge.large import Large
from tests.fakes import BagOfWords

THINGS = [f"thing{n}" for n in range(40)]
ACTS = [f"act{n}" for n in range(25)]


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    embed = BagOfWords()
    for lang, things in (("en", THINGS), ("es", THINGS[:1])):
        (folder / lang).mkdir()
        for thing in things:
            parts = [f"## {act}\n\nSay {act} for a {thing} in {lang}.\n" for act in ACTS]
            (folder / lang / f"{thing}.md").write_text(f"# {thing}\n\n" + "\n".join(parts))
    asked = "## Lost\n\n<!-- also asked: gone astray -->\n\nWe look for your parcel.\n"
    (folder / "en" / "lost.md").write_text(f"# Parcels\n\n{asked}")
    knowledge = ChromaKnowledge.open(folder / "chroma", embed, "bag-1")
    knowledge.ingest([folder / "en", folder / "es"])
    return knowledge, embed


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alone")
    embed = BagOfWords()
    (folder / "en").mkdir()
    for thing in THINGS:
        parts = [f"## {act}\n\nSay {act} for a {thing} here.\n" for act in ACTS]
        (folder / "en" / f"{thing}.md").write_text(f"# {thing}\n\n" + "\n".join(parts))
    asked = f"## Lost\n\n<!-- also asked: {ACTS[5]} {THINGS[5]} -->\n\nWe look for your parcel.\n"
    (folder / "en" / "lost.md").write_text(f"# Parcels\n\n{asked}")
    knowledge = ChromaKnowledge.open(folder / "chroma", embed, "bag-1")
    knowledge.ingest([folder / "en"])
    return knowledge, embed


@pytest.fixture
def unlearned(large, alone, monkeypatch):
    monkeypatch.setattr(chroma, "LEARNED", 10)
    monkeypatch.setattr(chroma, "learn", lambda *_: pytest.fail("learned for a question"))
    for knowledge, _ in (large, alone):
        knowledge._known.clear()
    return large


async def first(large, text, lang, n=8):
    knowledge, embed = large
    return (await knowledge.search(embed([text])[0], text, n=n, lang=lang))[0]


@pytest.mark.parametrize("lang", ["en", None])
async def test_the_right_passage_comes_first_and_nothing_is_learned(unlearned, lang):
    for place in (3, 11, 24):
        text = f"how do I {ACTS[place]} my {THINGS[place]}"
        hit = await first(unlearned, text, lang)
        assert (hit.passage.title, hit.passage.heading) == (THINGS[place], ACTS[place])


async def test_a_passage_is_found_by_what_is_also_asked_for_it(unlearned):
    hit = await first(unlearned, "gone astray", "en")
    assert hit.passage.heading == "Lost"
    assert hit.similarity == pytest.approx(1.0, abs=1e-4)


async def test_a_language_of_few_is_found_where_others_lie_nearer(unlearned):
    """None of the nearest hundred is Spanish: Chroma is then asked for those that are."""
    knowledge, embed = unlearned
    text = f"{THINGS[20]} {ACTS[2]} in en"
    found = await knowledge.search(embed([text])[0], text, n=8, lang="es")
    assert len(found) == 8
    assert {hit.passage.lang for hit in found} == {"es"}


async def test_a_language_among_many_is_found_without_looking_through_all_rows(
    unlearned, monkeypatch
):
    """Of the nearest hundred too few are Spanish, of the nearest four hundred enough."""
    knowledge, embed = unlearned
    looked: list[tuple[int, str | None]] = []
    real = searching.cosines

    def counted(collection, vector, n, lang=None):
        looked.append((n, lang))
        return real(collection, vector, n, lang)

    monkeypatch.setattr(searching, "cosines", counted)
    text = f"say {ACTS[2]} for a {THINGS[20]} {THINGS[21]} in es"
    found = await knowledge.search(embed([text])[0], text, n=16, lang="es")
    assert (found[0].passage.heading, found[0].passage.lang) == (ACTS[2], "es")
    assert len(found) == 16
    assert set(looked) == {(3 * 32, None), (12 * 32, None)}


async def test_the_only_language_takes_one_look(unlearned, alone, monkeypatch):
    monkeypatch.setattr(Large, "_around", lambda *_: pytest.fail("looked twice"))
    for place in (3, 11, 24):
        text = f"how do I {ACTS[place]} my {THINGS[place]}"
        hit = await first(alone, text, "en")
        assert (hit.passage.title, hit.passage.heading) == (THINGS[place], ACTS[place])


async def test_a_passage_far_away_comes_by_its_question(unlearned, alone):
    """Its own words are none of the nearest."""
    hits = await alone[0].search(
        alone[1]([f"{ACTS[5]} {THINGS[5]}"])[0], f"{ACTS[5]} {THINGS[5]}", n=4, lang="en"
    )
    lost = next(hit for hit in hits if hit.passage.heading == "Lost")
    assert lost.similarity == pytest.approx(1.0, abs=1e-4)
