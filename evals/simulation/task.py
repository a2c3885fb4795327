"""A task: who asks, what they want and know, how they speak, and how it has to end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from handrail.graph.policy import Reason
from handrail.store.errands.protocol import ErrandKind

CODE = "code"  # what a user may say that stands in a mail, and not in what they know
Language = Literal["en", "es", "fr", "de", "pt", "it", "nl"]
Cue = Literal["code", "email", "order_number", "choice"]
MailKind = Literal["reset", "code", "locked"]
_PLACE = re.compile(r"\{(\w*)\}")


def _as_list(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


Wordings = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]
OneOf = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]


class Part(BaseModel):
    """A part of a task: a key that is not known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(Part):
    """What the user answers when the agent's words hold a cue, at most so many `times`."""

    when: Cue
    say: Wordings
    times: int = Field(default=1, ge=1)


class WantedErrand(Part):
    """An errand that has to be asked for; `to` is a customer id, or an address as typed."""

    kind: ErrandKind
    to: str


class WantedMail(Part):
    """A mail that has to be sent."""

    kind: MailKind
    to: str


class WantedHandoff(Part):
    """A handoff that the desk has to get. Of a slot with several reasons, one has to be there."""

    queue: str
    reasons: list[Annotated[list[Reason], BeforeValidator(_as_list)]] = Field(min_length=1)


class WantedEnd(Part):
    """How a conversation has to end. What is left out must not have happened.

    `owner`: "ai" also holds where thanks have closed the episode, "closed" only there. Of each
    item of `cites` and `says`, one of the alternatives has to be there. `alerts` are the queues
    that were told of an account.
    """

    owner: Literal["ai", "human", "closed"]
    handoffs: list[WantedHandoff] = []
    cites: list[OneOf] = []
    says: list[OneOf] = []
    never_says: list[str] = []
    errands: list[WantedErrand] = []
    mails: list[WantedMail] = []
    alerts: list[str] = []

    @model_validator(mode="after")
    def _needs_a_handoff(self) -> WantedEnd:
        if self.owner == "human" and not self.handoffs:
            raise ValueError("a person owns it at the end, so name the handoff under handoffs")
        return self


class Task(Part):
    """One conversation to play. `kind` is the name of its file.

    `customer` is signed in, or only named by the host where `verified` is false; None is a
    visitor. `mailbox` is the address whose mails the user can read. `says` are the user's
    utterances in order, each in several wordings; `answers` come first where the agent asks.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    kind: str
    language: Language
    customer: str | None = None
    verified: bool = True
    persona: str
    wants: str = Field(min_length=5)
    knows: dict[str, str] = {}
    mailbox: str | None = None
    says: list[Wordings] = Field(min_length=1)
    answers: list[Rule] = []
    turns: int = Field(default=8, ge=1, le=20)
    ends: WantedEnd

    @model_validator(mode="after")
    def _can_be_said(self) -> Task:
        known = {*self.knows, CODE}
        for wordings in [*self.says, *(rule.say for rule in self.answers)]:
            beyond = places(wordings) - known
            if beyond:
                raise ValueError(f"says {{{min(beyond)}}}, which is not under knows")
        if len(self.says) > self.turns:
            raise ValueError(f"has {len(self.says)} utterances and only {self.turns} turns")
        return self


def places(wordings: Iterable[str]) -> set[str]:
    """Return the names in braces that these wordings hold."""
    return {name for text in wordings for name in _PLACE.findall(text)}


def filled(text: str, facts: dict[str, str]) -> str:
    """Return a wording with the facts in place of the names in braces. Raises KeyError."""
    return _PLACE.sub(lambda found: facts[found[1]], text)
