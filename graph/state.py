"""The facts of a conversation, as plain JSON values."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from langchain_core.messages import AnyMessage
from typing_extensions import TypedDict

from handrail.graph.said import Said

Owner = Literal["ai", "human", "closed"]
Path = Literal["ai", "human", "ai_then_human"]
CodeFact = Literal["none", "waiting", "accepted", "wrong", "expired", "too_many"]


class Signal(TypedDict):
    """What one guard found: `score` in [0, 1], the words that made it fire, and by which rule."""

    fired: bool
    score: float
    words: list[str]
    rule: str


class Citation(TypedDict):
    """A passage quoted in a reply."""

    id: str
    title: str
    url: str
    quote: str


class Claim(TypedDict):
    """What a model says its words rest on.

    `source` is the id of a passage that the search returned in this turn, or the name of a tool;
    `quote` are words copied from that passage, and may be empty for a tool.
    """

    text: str
    source: str
    quote: str


class Usage(TypedDict):
    """What one call of a model took: `model` as the provider names it, and tokens."""

    model: str
    input: int
    cached: int
    output: int


class Draft(TypedDict):
    """An answer that no customer has seen. `asked` names a slot it asks for, among `offered`.

    Of a model of others it has the `claims`, and the `problems` its writer found: vetoes.
    """

    text: str
    topic: str
    asked: str | None
    offered: list[str]
    citations: list[Citation]
    tools: list[dict[str, Any]]
    claims: NotRequired[list[Claim]]
    problems: NotRequired[list[str]]


class Intent(TypedDict):
    """What the message asks for; `certainty` is the calibrated probability in [0, 1]."""

    topic: str
    route: str
    certainty: float
    runner_up: str
    basis: str


class Handoff(TypedDict):
    """The handoff of this episode. `made` is False where the packet could not be kept."""

    id: str
    reasons: list[str]
    queue: str
    made: bool


class Event(TypedDict):
    """What the desk does: the type, and what it needs.

    An event with the same `id` is carried out once. `handoff` names a handoff, the conversation's
    own where left out. `text` is a reply or a note; `queue` or `owner` say where a transfer goes;
    `false_handoff` is a mark; `rating` (1 to 5), `comment` and `survey` belong to a rating.
    A refund exception names the `order`, an amount in hundredths (or as text, "40.00"), the
    `currency` (three capital letters), and `why`.
    """

    type: Literal[
        "claim", "reply", "note", "transfer", "hand_back", "resolve", "abandon", "mark", "rating",
        "refund_exception",
    ]  # fmt: skip
    id: NotRequired[str]
    handoff: NotRequired[str]
    text: NotRequired[str]
    queue: NotRequired[str]
    owner: NotRequired[str]
    false_handoff: NotRequired[bool]
    rating: NotRequired[int]
    comment: NotRequired[str]
    survey: NotRequired[str]
    order: NotRequired[str]
    amount_cents: NotRequired[int]
    amount: NotRequired[str]
    currency: NotRequired[str]
    why: NotRequired[str]


class Answered(TypedDict):
    """What somebody answered to an approval; `problem` says why it does not count."""

    by: str
    says: Literal["yes", "no", "unclear"]
    amount_cents: int
    problem: str | None


class Approval(TypedDict):
    """A refund exception that one agent asks for and another decides on; amounts in hundredths.

    `answer` is what was answered and not carried out yet; `tries` counts the answers that did not
    count, `problem` says why the last one did not.
    """

    id: str
    handoff: str
    order: str
    amount_cents: int
    currency: str
    why: str
    asked_by: str
    at: str
    status: Literal["pending", "granted", "refused", "withdrawn"]
    decided_by: str | None
    granted_cents: int | None
    answer: Answered | None
    tries: int
    problem: str | None


class Failure(TypedDict):
    """Which node failed, how, and what was tried; for the desk and the log, no customer's."""

    node: str
    error: str
    tried: list[str]


def merge_signals(
    known: dict[str, Signal] | None, new: dict[str, Signal] | None
) -> dict[str, Signal]:
    """Join the guards' signals of one turn; None starts the next turn with none."""
    if new is None:
        return {}
    return {**(known or {}), **new}


class InputState(TypedDict):
    """What may be sent in: the customer's messages, or an event from the desk."""

    messages: Annotated[list[AnyMessage], Said]
    event: NotRequired[Event | None]


class State(InputState):
    """Everything known about a conversation.

    `heard` counts the messages already dealt with, `acts` the events of the desk; `done` holds
    the ids of the last ones that were carried out. `wants_back` says that the message asks for
    the assistant again. `identity` is the customer proved by a one-time code, for this turn, `code`
    how such a proof stands; in the messages before number `no_code_until` no code was asked for.
    `instructed` says that a message has instructed the machine, and that nobody at the desk has
    looked since. `secrets` names the kinds that were taken out of the message.
    """

    owner: NotRequired[Owner]
    episode: NotRequired[int]
    heard: NotRequired[int]
    acts: NotRequired[int]
    done: NotRequired[list[str]]
    refused: NotRequired[str | None]
    said: NotRequired[str]
    secrets: NotRequired[list[str]]
    wants_back: NotRequired[bool]
    identity: NotRequired[str | None]
    code: NotRequired[CodeFact | None]
    no_code_until: NotRequired[int]
    instructed: NotRequired[bool]
    language: NotRequired[str]
    signals: NotRequired[Annotated[dict[str, Signal], merge_signals]]
    intent: NotRequired[Intent | None]
    draft: NotRequired[Draft | None]
    usage: NotRequired[list[Usage]]
    citations: NotRequired[list[Citation]]
    evidence: NotRequired[dict[str, Any]]
    confidence: NotRequired[float | None]
    reasons: NotRequired[list[str]]
    questions: NotRequired[int]
    handoff: NotRequired[Handoff | None]
    claimed_by: NotRequired[str | None]
    notice: NotRequired[str | None]
    noted_at: NotRequired[str | None]
    approval: NotRequired[Approval | None]
    resolution: NotRequired[dict[str, Any] | None]
    failure: NotRequired[Failure | None]


class OutputState(InputState):
    """What a run gives back and streams: everything but the draft and its evidence.

    The draft has not passed the gate, so no stream mode over the output may carry it.
    """

    owner: NotRequired[Owner]
    episode: NotRequired[int]
    language: NotRequired[str]
    signals: NotRequired[Annotated[dict[str, Signal], merge_signals]]
    intent: NotRequired[Intent | None]
    citations: NotRequired[list[Citation]]
    confidence: NotRequired[float | None]
    reasons: NotRequired[list[str]]
    handoff: NotRequired[Handoff | None]
    claimed_by: NotRequired[str | None]
    notice: NotRequired[str | None]
    refused: NotRequired[str | None]
    resolution: NotRequired[dict[str, Any] | None]
