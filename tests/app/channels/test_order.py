"""However a product delivers, late, twice or in another order, the conversation is the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.app.channels.protocol import (
    Agent,
    Call,
    CustomerMessage,
    HolderChange,
    Identity,
    Incoming,
    Outgoing,
    PersonReply,
    Received,
    Who,
)
from handrail.app.notify.protocol import NotSent
from tests.app.channels.place import ANGER, MORE, QUESTION, Place

START = datetime.now(UTC) + timedelta(days=1)  # after all that we do ourselves
ADA, INES, TALK = Who("u1", "Ada"), Agent("7", "Ines"), "c1"


def at(number: int) -> datetime:
    return START + timedelta(seconds=number)


def said(number: int, text: str) -> CustomerMessage:
    return CustomerMessage(TALK, f"m{number}", ADA, text, at(number))


# What may overtake each other: what is not caused by what is written in between.
WINDOWS: list[list[Incoming]] = [
    [said(1, QUESTION)],
    [said(2, ANGER)],
    [said(3, MORE), PersonReply(TALK, "r4", INES, "I am on it", at(4)), said(5, "Thank you")],
    [HolderChange(TALK, "h6", "bot", INES, at(6)), said(7, QUESTION), said(8, QUESTION)],
    [HolderChange(TALK, "h9", "resolved", INES, at(9))],
]
EVERYTHING = [each for window in WINDOWS for each in window]


@dataclass
class Recorder:
    """A product that fails when it is told to, and remembers what it took."""

    name: str = "webhook"
    failing: list[bool] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    async def receive(self, call: Call) -> Received:
        raise AssertionError(call)

    def identity(self, who: Who) -> Identity:
        return Identity()

    def _take(self, what: str) -> None:
        if self.failing and self.failing.pop():
            raise NotSent("away", for_good=False)
        self.taken.append(what)

    async def send(self, conversation: str, message: Outgoing) -> None:
        self._take(message.id)

    async def typing(self, conversation: str) -> None:
        raise NotSent("never shown", for_good=False)

    async def handoff(
        self, conversation: str, packet: Any, desk_url: str | None, *, again: bool
    ) -> None:
        self._take(f"packet {packet['id']}")

    async def hand_back(self, conversation: str) -> None:
        self._take("hand back")

    async def close(self, conversation: str) -> None:
        self._take("close")

    async def survey(self, conversation: str, message: Outgoing, url: str) -> None:
        self._take(message.id)


async def played(batches: list[list[Incoming]], failing: list[bool]) -> dict[str, Any]:
    """Deliver the batches, each of which is there before it is worked on; say what came of it."""
    product = Recorder(failing=list(failing))
    place = Place(product)
    thread = place.thread(TALK)
    for batch in batches:
        for incoming in batch:
            await place.inbox.take(product, incoming, place.services)
        await place.inbox.worker.work(thread)
        while await place.services.channels.next(thread, "out"):
            await place.inbox.worker.work(thread)
    standing = await place.standing(TALK)
    await place.http.aclose()
    return {
        "transcript": [(m.by, m.text) for m in standing.messages],
        "owner": standing.owner,
        "packets": len(await place.services.handoffs.list()),
        "taken": product.taken,
        "ids": [m.id for m in standing.messages if m.by == "customer"],
    }


IN_ORDER = asyncio.run(played(WINDOWS, []))


@st.composite
def deliveries(draw: st.DrawFn) -> list[list[Incoming]]:
    """Shuffle each window, and repeat in it whatever was delivered by then."""
    batches: list[list[Incoming]] = []
    known: list[Incoming] = []
    for window in WINDOWS:
        known += window
        again = draw(st.lists(st.sampled_from(known), max_size=3))
        batches.append(draw(st.permutations([*window, *again])))
    return batches


def test_in_order_it_is_what_it_should_be() -> None:
    assert IN_ORDER["owner"] == "closed"
    assert IN_ORDER["packets"] == 1
    assert (
        len(IN_ORDER["taken"]) == len(set(IN_ORDER["taken"])) == 6
    )  # 3 answers, notice, packet, survey
    assert [by for by, text in IN_ORDER["transcript"] if text].count("customer") == 6


@settings(max_examples=15)
@given(deliveries(), st.lists(st.booleans(), max_size=6))
def test_repeats_disorder_and_failures_change_nothing(
    batches: list[list[Incoming]], failing: list[bool]
) -> None:
    assert asyncio.run(played(batches, failing)) == IN_ORDER


@st.composite
def anything(draw: st.DrawFn) -> list[list[Incoming]]:
    """Deliver all of it in any order, hours late or twice, in batches of any size."""
    mixed = draw(
        st.permutations([*EVERYTHING, *draw(st.lists(st.sampled_from(EVERYTHING), max_size=3))])
    )
    cuts = sorted(draw(st.lists(st.integers(0, len(mixed)), max_size=4)))
    return [mixed[a:b] for a, b in zip([0, *cuts], [*cuts, len(mixed)], strict=True)]


@settings(max_examples=15)
@given(anything())
def test_no_customers_word_is_lost_or_doubled_however_late(batches: list[list[Incoming]]) -> None:
    came = asyncio.run(played(batches, []))
    assert sorted(came["ids"]) == [f"webhook:m{number}" for number in (1, 2, 3, 5, 7, 8)]
    sent = [each for each in came["taken"] if each not in {"hand back", "close"}]
    assert len(sent) == len(set(sent))
