"""A long conversation is kept in parts, and read as what was said."""

from __future__ import annotations

import zlib

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph.message import REMOVE_ALL_MESSAGES

from handrail.graph import packing
from handrail.graph.conversation import MARK
from handrail.graph.said import Said, TakenOut


def told(number, text=None):
    kind = HumanMessage if number % 2 else AIMessage
    return kind(text or f"Words {number}", id=f"m-{number}", additional_kwargs={"n": number})


def channel(messages):
    made = Said(list)
    made.update([messages])
    return made


def texts(said):
    return [(m.type, m.id, m.text) for m in said.get()]


@pytest.mark.parametrize("count", [0, 1, packing.PART - 1, packing.PART, packing.PART * 3 + 5])
def test_what_is_kept_is_what_is_read(count):
    said = channel([told(n) for n in range(count)])
    again = Said(list).from_checkpoint(said.checkpoint())
    assert texts(again) == texts(said)


def test_a_list_that_was_kept_whole_is_read_and_goes_on_in_parts():
    whole = [told(n) for n in range(packing.PART * 2)]
    said = Said(list).from_checkpoint(whole)
    said.update([[HumanMessage("More", id="more")]])
    again = Said(list).from_checkpoint(said.checkpoint())
    assert [m.id for m in again.get()] == [*(m.id for m in whole), "more"]


def test_parts_that_were_kept_before_they_were_compressed_are_read(monkeypatch):
    said = channel([told(n) for n in range(packing.PART * 2 + 1)])
    kept = said.checkpoint()
    before = {**kept, "parts": [zlib.decompress(part) for part in kept["parts"]]}
    assert sum(map(len, kept["parts"])) < sum(map(len, before["parts"])) / 3
    monkeypatch.setattr(packing, "_memory", packing._Memory())
    again = Said(list).from_checkpoint(before)
    again.update([[told(1000)]])
    assert texts(Said(list).from_checkpoint(again.checkpoint())) == [*texts(said), texts(again)[-1]]


def test_a_part_is_packed_once(monkeypatch):
    said = channel([told(n) for n in range(packing.PART)])
    first = said.checkpoint()
    monkeypatch.setattr(packing, "JsonPlusSerializer", None)  # nothing may be packed any more
    said.update([[told(1000)]])
    assert said.copy().checkpoint()["parts"][0] is first["parts"][0]


def test_what_is_written_anew_is_packed_anew():
    said = channel([told(n) for n in range(packing.PART * 2)])
    said.checkpoint()
    clean = [told(n, "Taken out" if n == 3 else None) for n in range(packing.PART * 2)]
    said.update([[TakenOut(REMOVE_ALL_MESSAGES), *clean]])
    kept = said.checkpoint()
    plain = b"".join(map(zlib.decompress, kept["parts"]))
    assert b"Words 4" in plain
    assert b"Words 3\xa2" not in plain
    assert Said(list).from_checkpoint(kept).get()[3].text == "Taken out"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda message: setattr(message, "content", "Changed"), id="a field"),
        pytest.param(lambda message: setattr(message, "seen", True), id="a field of its own"),
        pytest.param(lambda message: message.additional_kwargs.update(n=-1), id="within a field"),
    ],
)
@pytest.mark.parametrize("read_before", [False, True], ids=["when packed", "when read"])
def test_what_a_reader_changes_is_not_read_again(change, read_before, monkeypatch):
    monkeypatch.setattr(packing, "_memory", packing._Memory())
    kept = channel([told(n) for n in range(packing.PART)]).checkpoint()
    if read_before:
        monkeypatch.setattr(packing, "_memory", packing._Memory())
    change(Said(list).from_checkpoint(kept).get()[0])
    again = Said(list).from_checkpoint(kept).get()[0]
    assert (again.text, again.additional_kwargs) == ("Words 0", {"n": 0})
    assert not hasattr(again, "seen")


def test_what_nobody_has_changed_is_read_once(monkeypatch):
    kept = channel([told(n) for n in range(packing.PART)]).checkpoint()
    first = Said(list).from_checkpoint(kept).get()
    monkeypatch.setattr(packing, "JsonPlusSerializer", None)  # nothing may be read any more
    assert all(a is b for a, b in zip(first, Said(list).from_checkpoint(kept).get(), strict=True))


def test_a_message_that_is_in_a_part_is_not_added_again():
    said = channel([told(n) for n in range(packing.PART + 3)])
    for again in (said, Said(list).from_checkpoint(said.checkpoint())):
        again.update([[told(2, "Other words"), told(packing.PART, "And here"), told(1000)]])
        assert texts(again)[:-1] == [(m.type, m.id, m.text) for m in map(told, range(35))]
        assert again.get()[-1].id == "m-1000"


def test_a_message_that_was_taken_out_of_a_part_can_be_added_again():
    said = channel([told(n) for n in range(packing.PART)])
    said.checkpoint()
    said.update([[TakenOut("m-2")]])
    said.update([[told(2, "Said again")]])
    for again in (said, Said(list).from_checkpoint(said.checkpoint())):
        assert [m.text for m in again.get() if m.id == "m-2"] == ["Said again"]


def test_a_client_cannot_send_parts_or_an_overwrite():
    said = channel([told(n) for n in range(packing.PART)])
    before = texts(said)
    said.update([{"parts": [b"\x90"], "rest": []}])
    said.update([{"__overwrite__": []}])
    assert texts(said)[: packing.PART] == before


def test_nothing_is_no_change():
    said = channel([told(1)])
    assert said.update([[]]) is False
    assert said.update([[HumanMessage("x", additional_kwargs={MARK: {"author": "ai"}})]]) is True
    assert said.get()[-1].additional_kwargs == {}
