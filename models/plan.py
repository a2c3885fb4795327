"""Decide what a customer's message asks for, in the light of the conversation before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from handrail.models import slots
from handrail.models.encoder import Encoder
from handrail.models.heads import Heads, Ranked
from handrail.models.lexicon import Lexicon, read_lexicon
from handrail.models.text import clean, sentences, windows

Role = Literal["customer", "ai", "human"]

CONTEXT_BELOW = 0.6
FRAGMENT_WORDS = 12
CLEAR = 0.97
ASIDES = ("smalltalk", "out_of_scope")  # intents that may stand beside a question of ours
WANTED = 0.5
SENTENCES = 4
WINDOWS = 40  # of a letter; what comes after them is not read
ALONE = 0.5  # how much a fragment counts without the message it goes on from
SLOT_CERTAINTY = 0.95
SLOT_OF = {"order_status": "order_number", "password_reset": "email"}
SHORT = 5
REMEMBERED = 64  # messages: intake, five guards and the plan read the same parts


@dataclass(frozen=True)
class Turn:
    """One message of the conversation; `asked` names the slot that an AI turn asked for."""

    role: Role
    text: str
    topic: str | None = None
    asked: str | None = None


@dataclass(frozen=True)
class Plan:
    """What the message asks for.

    `certainty` is the calibrated probability in [0, 1] that `topic` is right. `query` is the text
    to search the help centre with; for a follow-up, `earlier` is the message that it goes on from.
    """

    topic: str
    route: str
    certainty: float
    ranked: Ranked
    basis: Literal["message", "slot", "follow_up"]
    query: str
    order_number: str | None
    email: str | None
    earlier: str | None = None


def plan(turns: Sequence[Turn], encoder: Encoder, heads: Heads, *, closely: bool = True) -> Plan:
    """Read the last customer turn; `closely`, sentence by sentence where it is not clear.

    Raises IndexError where there is no customer turn.
    """
    said = [turn for turn in turns if turn.role == "customer"]
    text = said[-1].text
    before = _last_answer(turns)
    query = clean(windows(text)[0])
    ranked = heads.rank(query, encoder.embed)
    number, address = slots.order_number(text), slots.email(text)

    about, asked = _asked_about(before, said, encoder, heads)
    if (
        before
        and asked == "order_number"
        and number is None
        and len(text.split()) <= FRAGMENT_WORDS
    ):
        number = slots.named(text, before.text)
    if (
        asked == "order_number"
        and (number or _picks(text))
        and _may_continue(ranked, "order_status")
    ):
        return _carried(ranked, "order_status", query, number, address)
    typed = slots.CODE in text and any(turn.asked == "code" for turn in turns)
    answering = asked == "email" and address is not None
    # "My address is ana@example.com" is what we asked for, and no change of address.
    just_that = answering and len(text.split()) <= SHORT
    proving = typed or (about == "order_status" and answering)
    if proving and (just_that or _may_continue(ranked, "order_status")):
        return _carried(ranked, "order_status", query, _number_before(said), address)
    if answering and (just_that or _may_continue(ranked, "password_reset")):
        return _carried(ranked, "password_reset", query, number, address)

    certainty = heads.calibration.probability(ranked)
    if about and _leans(query, certainty):
        earlier = _earlier(said)
        both_said = f"{earlier} {query}"
        joined = heads.rank(both_said, encoder.embed)
        both = ranked.probabilities**ALONE * joined.probabilities
        if joined.best == about == heads.names[int(np.argmax(both))]:
            again = heads.calibration.probability(joined)
            return Plan(
                joined.best, heads.routes[joined.best], again, joined, "follow_up",
                query, number, address, earlier,
            )  # fmt: skip
    if closely and (certainty < CONTEXT_BELOW or heads.routes[ranked.best] != "automate"):
        clear = _clear_sentence(text, encoder, heads)
        if clear:
            query, ranked = clear
            certainty = heads.calibration.probability(ranked)
    route = heads.routes[ranked.best]
    return Plan(ranked.best, route, certainty, ranked, "message", query, number, address)


def _clear_sentence(text: str, encoder: Encoder, heads: Heads) -> tuple[str, Ranked] | None:
    """Return the one question in a message that also says why it is asked.

    "I lost my job. Which payment methods are there?" asks for ways to pay. Nothing is returned
    where no sentence is a clear question of ours, or another sentence wants something else.
    """
    said = few_sentences(text)
    if not said:
        return None
    heads.remember(said, encoder.embed)
    found: tuple[str, Ranked] | None = None
    for sentence in said:
        ranked = heads.rank(sentence, encoder.embed)
        sure = ranked.posterior >= CLEAR
        ours = heads.routes[ranked.best] == "automate" and ranked.best != "smalltalk"
        if sure and ours and "?" in sentence:
            if found and found[1].best != ranked.best:
                return None
            found = found or (sentence, ranked)
        elif ranked.posterior >= WANTED and not ours and not ranked.best.startswith(ASIDES):
            return None
    return found


def read_by_part(text: str) -> list[str]:
    """Return all that guards and plan read of a message: its windows, and sentences if few."""
    return [*cleaned_windows(text), *few_sentences(text)]


@lru_cache(maxsize=REMEMBERED)
def cleaned_windows(text: str) -> tuple[str, ...]:
    """Return the windows of a message that are read, cleaned."""
    return tuple(clean(part) for part in windows(text)[:WINDOWS])


@lru_cache(maxsize=REMEMBERED)
def few_sentences(text: str) -> tuple[str, ...]:
    """Return the sentences, cleaned, of a message of two to four; of any other, none."""
    said = tuple(clean(sentence) for sentence in sentences(text))
    return said if 1 < len(said) <= SENTENCES else ()


def _asked_about(
    before: Turn | None, said: Sequence[Turn], encoder: Encoder, heads: Heads
) -> tuple[str | None, str | None]:
    """Return the topic that our last turn was about, and the slot that it asked for.

    Our own turns say so; of a turn of another's making it is read from what it answered.
    """
    if before is None or len(said) < 2:  # noqa: PLR2004
        return None, None
    if before.topic:
        return before.topic, before.asked
    answered = clean(windows(said[-2].text)[0])
    topic = heads.rank(answered, encoder.embed).best
    return topic, SLOT_OF.get(topic) if "?" in before.text else None


def _number_before(said: Sequence[Turn]) -> str | None:
    """Return the last order number that the customer gave before this message."""
    numbers = (slots.order_number(turn.text) for turn in reversed(said[:-1]))
    return next((number for number in numbers if number), None)


def _earlier(said: Sequence[Turn]) -> str:
    """Return the question that the last message goes on from: one more back if that leans too."""
    earlier = clean(said[-2].text)
    if len(said) > 2 and len(earlier.split()) <= SHORT:  # noqa: PLR2004
        return f"{clean(said[-3].text)} {earlier}"
    return earlier


def _last_answer(turns: Sequence[Turn]) -> Turn | None:
    """Return the AI turn that the last customer turn answers, if there is one."""
    for turn in reversed(turns[:-1]):
        if turn.role == "ai":
            return turn
        if turn.role == "human":
            return None
    return None


def _leans(text: str, certainty: float) -> bool:
    """Tell whether a message is a fragment that needs the one before it to be understood."""
    short = len(text.split()) <= FRAGMENT_WORDS
    bound = CLEAR if _follow_up().opens(text) else CONTEXT_BELOW
    return short and certainty < bound


@lru_cache(maxsize=1)
def _follow_up() -> Lexicon:
    return read_lexicon("follow_up")


def _picks(text: str) -> bool:
    return slots.choice(text) is not None and len(text.split()) <= FRAGMENT_WORDS


def _may_continue(ranked: Ranked, topic: str) -> bool:
    """Tell whether this may answer our question: not if it clearly asks for something else."""
    return ranked.best in {topic, "smalltalk"} or ranked.posterior < 0.9  # noqa: PLR2004


def _carried(ranked: Ranked, topic: str, query: str, number: str | None, mail: str | None) -> Plan:
    """Return a plan for the topic settled a turn ago: the customer gave just what was asked for."""
    return Plan(topic, "automate", SLOT_CERTAINTY, ranked, "slot", query, number, mail)
