"""Tell a run by the events of AG-UI, in the order that its clients check.

RUN_STARTED, then messages and custom events as they come, the state, all messages, RUN_FINISHED;
or RUN_ERROR as the last.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from ag_ui.core import (
    AssistantMessage,
    BaseEvent,
    CustomEvent,
    MessagesSnapshotEvent,
    RunErrorEvent,
    RunFinishedEvent,
    RunStartedEvent,
    StateSnapshotEvent,
    TextMessageContentEvent,
    TextMessageEndEvent,
    TextMessageStartEvent,
    UserMessage,
)
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from handrail.app.talk.protocol import Happened, NotTheirs, Part, Stands, TalkDown, Words
from handrail.graph.conversation import mark_of, text_of
from handrail.store.errors import StoreDown

# What a customer may know. Signals, reasons and confidence are the desk's.
SHOWN = ("owner", "episode", "language", "citations", "notice", "resolution")


async def told(
    parts: AsyncIterator[Part], *, thread: str, run: str, ours: str
) -> AsyncGenerator[BaseEvent]:
    """Yield the events of a run. `thread` and `run` are the front end's ids, `ours` is our thread.

    Whatever a run fails by ends in RUN_ERROR, without the customer's words in it.
    """
    yield RunStartedEvent(thread_id=thread, run_id=run)
    telling = _Telling()
    try:
        async for part in parts:
            if isinstance(part, Stands):
                for event in telling.rest(part, ours):
                    yield event
            else:
                for event in telling.of(part):
                    yield event
    except (NotTheirs, TalkDown, StoreDown) as problem:
        for event in telling.ended():
            yield event
        yield _failed(problem)
        return
    yield RunFinishedEvent(thread_id=thread, run_id=run)


def _failed(problem: Exception) -> RunErrorEvent:
    if isinstance(problem, NotTheirs):
        return RunErrorEvent(message="You may not write in this conversation.", code="not_allowed")
    return RunErrorEvent(message="Please try again in a little while.", code="down")


class _Telling:
    """What has been told already: which messages, and the one whose words are coming."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._open: str | None = None

    def of(self, part: Words | Happened) -> Iterator[BaseEvent]:
        """Tell a piece of a reply, or an event of the run."""
        if isinstance(part, Happened):
            yield CustomEvent(name=str(part.event.get("type")), value=part.event)
            return
        if part.message_id != self._open:
            yield from self.ended()
            self._open = part.message_id
            self._told.add(part.message_id)
            yield TextMessageStartEvent(message_id=part.message_id, role="assistant")
        yield TextMessageContentEvent(message_id=part.message_id, delta=part.text)

    def ended(self) -> Iterator[BaseEvent]:
        """End the message whose words were coming."""
        if self._open is not None:
            yield TextMessageEndEvent(message_id=self._open)
            self._open = None

    def rest(self, stands: Stands, ours: str) -> Iterator[BaseEvent]:
        """Tell what was said and not streamed, the state, and all messages as they stand."""
        yield from self.ended()
        for message in since_customer(stands.messages):
            said = str(message.id)
            if said not in self._told:
                yield TextMessageStartEvent(
                    message_id=said, role="assistant", name=message.name or None
                )
                yield TextMessageContentEvent(message_id=said, delta=text_of(message))
                yield TextMessageEndEvent(message_id=said)
        yield StateSnapshotEvent(snapshot=snapshot_of(stands.facts, ours))
        yield MessagesSnapshotEvent(messages=messages_of(stands.messages))


def since_customer(messages: Sequence[AnyMessage]) -> list[AnyMessage]:
    """Return what others have said since the customer last wrote. Pure."""
    start = next(
        (n for n in range(len(messages), 0, -1) if isinstance(messages[n - 1], HumanMessage)), 0
    )
    return [m for m in messages[start:] if isinstance(m, AIMessage) and text_of(m)]


def snapshot_of(facts: Mapping[str, Any], ours: str) -> dict[str, Any]:
    """Return the state that a front end may show: no draft, no evidence, no reasons. Pure."""
    shown = {name: facts[name] for name in SHOWN if facts.get(name) is not None}
    handoff = facts.get("handoff")
    made = {"handoff": {"id": handoff["id"], "made": handoff["made"]}} if handoff else {}
    return {"thread_id": ours, "owner": "ai", **shown, **made}


def messages_of(messages: Sequence[AnyMessage]) -> list[UserMessage | AssistantMessage]:
    """Return the conversation as a front end shows it; a person's words have their name. Pure."""
    shown: list[UserMessage | AssistantMessage] = []
    for message in messages:
        text, said = text_of(message), str(message.id)
        if isinstance(message, HumanMessage):
            shown.append(UserMessage(id=said, content=text))
        elif isinstance(message, AIMessage) and text:
            is_person = mark_of(message).get("author") == "human"
            name = (message.name or "person") if is_person else None
            shown.append(AssistantMessage(id=said, content=text, name=name))
    return shown
