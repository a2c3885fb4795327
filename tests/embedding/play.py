"""One conversation, played by every way in: the same gates, the same handoff, the same figures.

A cited answer, anger, a handoff, silence while a person has it, the person's words, the hand-back,
an answer again, the resolution and the rating.
"""

from __future__ import annotations

from typing import Any, Protocol

QUESTION = "What is your refund policy?"
ANGER = "This is the worst service ever, I am furious"
WAITING = "Is anybody there?"
PERSON = "I am Ines, and I am sorry. Your parcel leaves today."
RATING = 4


class Way(Protocol):
    """One way in: the customer's side, the desk's, and what is kept."""

    channel: str

    async def say(self, text: str) -> str:
        """Say something; return what the assistant said to it, and nothing for silence."""

    async def reads(self) -> str:
        """Return all that the customer can read in their chat."""

    async def act(self, kind: str, **more: Any) -> None:
        """Have Ines do something at the desk."""

    async def resolve(self) -> None:
        """Have the host's back end say that it is settled."""

    async def rate(self, rating: int) -> None:
        """Have the customer answer the survey."""

    async def packet(self) -> dict[str, Any]:
        """Return the handoff of this conversation, with its transcript."""

    async def figures(self) -> dict[str, Any]:
        """Return the insights of this way's channel, as JSON."""


async def play(way: Way, *, quote: str) -> None:
    """Play the conversation, and check what each side sees. `quote` is of the cited article."""
    answer = " ".join((await way.say(QUESTION)).split())
    assert quote in answer

    notice = await way.say(ANGER)
    assert notice
    assert quote not in notice
    packet = await way.packet()
    assert [reason["reason"] for reason in packet["reasons"]] == ["anger"]
    assert (packet["status"], packet["channel"]) == ("open", way.channel)
    assert packet["customer_id"] == "cus_ana"
    said = [(entry["role"], entry["text"]) for entry in packet["transcript"]]
    assert [role for role, _ in said][:3] == ["customer", "ai", "customer"]
    assert [text for role, text in said if role == "customer"] == [QUESTION, ANGER]

    await way.act("claim")
    assert await way.say(WAITING) == ""
    await way.act("reply", text=PERSON)
    assert PERSON in await way.reads()
    assert await way.say(WAITING) == ""
    await way.act("hand_back")
    packet = await way.packet()
    assert packet["status"] == "handed_back"
    assert [entry["text"] for entry in packet["transcript"]].count(WAITING) == 2

    assert quote in " ".join((await way.say(QUESTION)).split())
    await way.resolve()
    await way.rate(RATING)
    figures = await way.figures()
    assert figures["channels"][way.channel] == 2, "two episodes"
    by_path = {path: figure["surveyed"] for path, figure in figures["csat"].items()}
    assert by_path == {"ai": 1, "human": 0, "ai_then_human": 0}
    assert figures["csat"]["ai"]["n"] == 1
    assert [(one["reason"], one["first"]) for one in figures["escalations"]] == [("anger", 1)]
