"""What came of one message of a customer, for a host that shows it in a chat of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from handrail.graph.conversation import mark_of, text_of
from handrail.graph.state import Citation, Handoff, Owner


@dataclass(frozen=True)
class Reply:
    """A message of the assistant's: an answer, a question or the notice of a handoff.

    Its id stays the same however often it is read, so that nobody need be told twice.
    """

    id: str
    text: str


@dataclass(frozen=True)
class Turn:
    """What came of a message. `owner` says who has the conversation now.

    While a person has it there are no replies, and at most a `notice` that is nobody's message.
    `survey` is the id of the survey where the message settled the episode. `refused` says why a
    message could not be read. `again` marks one that had come before: nothing was run.
    """

    thread: str
    message_id: str
    replies: tuple[Reply, ...]
    owner: Owner
    citations: tuple[Citation, ...] = ()
    handoff: Handoff | None = None
    notice: str | None = None
    survey: str | None = None
    refused: str | None = None
    again: bool = False

    @property
    def text(self) -> str:
        """Return what the assistant said, and nothing where a person has the conversation."""
        return "\n\n".join(reply.text for reply in self.replies)


def turn_in(
    thread: str,
    message_id: str,
    values: Mapping[str, Any],
    *,
    survey: str | None = None,
    again: bool = False,
) -> Turn:
    """Return what came of a message, by the state after it. Pure.

    Of one that came again, only what was said then: the rest of the state may be of a later one.
    """
    said = _answers_to(message_id, values.get("messages", []))
    told: Mapping[str, Any] = {} if again else values
    return Turn(
        thread=thread,
        message_id=message_id,
        replies=tuple(Reply(str(message.id), text_of(message)) for message in said),
        owner=values.get("owner", "ai"),
        citations=tuple(cited for m in said for cited in mark_of(m).get("citations") or ()),
        handoff=values.get("handoff"),
        notice=told.get("notice"),
        survey=survey,
        refused=told.get("refused"),
        again=again,
    )


def _answers_to(message_id: str, messages: Sequence[AnyMessage]) -> list[AIMessage]:
    """Return the assistant's messages between this message of the customer's and the next."""
    place = next((i for i, message in enumerate(messages) if message.id == message_id), None)
    found: list[AIMessage] = []
    for message in [] if place is None else messages[place + 1 :]:
        if isinstance(message, HumanMessage):
            break
        if isinstance(message, AIMessage) and mark_of(message).get("author") == "ai":
            found.append(message)
    return [message for message in found if text_of(message)]
