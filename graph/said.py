"""What was said stays: how messages are added to a conversation, whoever sends them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from langchain_core.messages import (
    AnyMessage,
    BaseMessage,
    HumanMessage,
    RemoveMessage,
    convert_to_messages,
)  # fmt: skip
from langgraph.channels.binop import BinaryOperatorAggregate
from langgraph.graph.message import REMOVE_ALL_MESSAGES, Messages, add_messages

from handrail.graph.conversation import MARK


class TakenOut(RemoveMessage):
    """Take a message out of the conversation, or all of them before they are written anew.

    Only our nodes make these: a RemoveMessage that a client sends counts for nothing.
    """

    def __init__(self, id: str, **more: Any) -> None:  # noqa: A002 - the field's name
        super().__init__(id, **more)


def add_said(known: list[AnyMessage], new: Any) -> list[AnyMessage]:
    """Add messages; none takes another one's place, and what is no message is left out.

    One that is sent twice is one message. A list that a node writes anew stands as it is. Notes of
    ours on a customer's message are not ours: they are left out.
    """
    # A server that reads the state in the middle of a run may hold messages in their plain form.
    known = cast("list[AnyMessage]", _read(known))
    coming = [_as_theirs(message) for message in _read(new)]
    if not any(isinstance(m, TakenOut) and m.id == REMOVE_ALL_MESSAGES for m in coming):
        there = {message.id for message in known}
        coming = [m for m in coming if isinstance(m, TakenOut) or m.id not in there]
    return cast("list[AnyMessage]", add_messages(cast("Messages", known), cast("Messages", coming)))


def _read(new: Any) -> list[BaseMessage]:
    """Return what can be read. An error here would come again at every reading of the thread."""
    coming: list[BaseMessage] = []
    for one in new if isinstance(new, list) else [new]:
        try:
            coming += convert_to_messages([one])
        except (ValueError, TypeError, LookupError, AttributeError, NotImplementedError):
            continue  # intake says "nothing_new" where nothing is left
    return [m for m in coming if isinstance(m, TakenOut) or not isinstance(m, RemoveMessage)]


def _as_theirs(message: BaseMessage) -> BaseMessage:
    """Return a message without what only we may write: our mark, and the id that means all."""
    change: dict[str, Any] = {}
    if message.id == REMOVE_ALL_MESSAGES and not isinstance(message, TakenOut):
        change["id"] = None  # taking it out by that id would take out everything
    if isinstance(message, HumanMessage) and MARK in message.additional_kwargs:
        left = {key: held for key, held in message.additional_kwargs.items() if key != MARK}
        change["additional_kwargs"] = left
    return message.model_copy(update=change) if change else message


class Said(BinaryOperatorAggregate[list[AnyMessage]]):
    """The channel of the messages: LangGraph's own, without its word for writing all of it over.

    `{"__overwrite__": [...]}` is plain JSON, so that a client could send it, past any reducer.
    """

    def __init__(
        self, typ: type[list[AnyMessage]], operator: Callable[..., list[AnyMessage]] = add_said
    ) -> None:
        super().__init__(typ, operator)

    def update(self, values: Sequence[list[AnyMessage]]) -> bool:
        """Add what came."""
        for value in values:
            self.value = self.operator(self.value, value)
        return bool(values)
