"""What was said stays: how messages are added to a conversation, whoever sends them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, Self, cast

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
from handrail.graph.packing import PART, Part, pack, unpack

PARTS = "parts"
_ID = attrgetter("id")


class TakenOut(RemoveMessage):
    """Take a message out of the conversation, or all of them before they are written anew.

    Only our nodes make these: a RemoveMessage that a client sends counts for nothing.
    """

    def __init__(self, id: str, **more: Any) -> None:  # noqa: A002 - the field's name
        super().__init__(id, **more)


def add_said(known: list[AnyMessage], new: Any, parts: Sequence[Part] = ()) -> list[AnyMessage]:
    """Add messages; none takes another one's place, and what is no message is left out.

    One that is sent twice is one message. A list that a node writes anew stands as it is. Notes of
    ours on a customer's message are not ours: they are left out. `parts` are what the known ones
    begin with, so that not each of them is looked at.
    """
    # A server that reads the state in the middle of a run may hold messages in their plain form.
    rest = known[len(parts) * PART :]
    if not _are_messages(rest):
        known = cast("list[AnyMessage]", _read(known))
        rest = known[len(parts) * PART :]
    coming = [_as_theirs(message) for message in _read(new)]
    if not any(isinstance(m, TakenOut) and m.id == REMOVE_ALL_MESSAGES for m in coming):
        there = [frozenset(map(_ID, rest)), *(part.ids for part in parts)]
        coming = [
            m for m in coming if isinstance(m, TakenOut) or not any(m.id in ids for ids in there)
        ]
    if not any(isinstance(m, TakenOut) for m in coming):
        # LangGraph would look at each message that there is, for each that comes.
        return [*known, *_merged([], coming)]
    return _merged(known, coming)


def _are_messages(held: Sequence[Any]) -> bool:
    """Tell whether all are messages; by their few classes, as a long conversation asks often."""
    return all(issubclass(kind, BaseMessage) for kind in set(map(type, held)))


def _merged(known: Sequence[BaseMessage], coming: Sequence[BaseMessage]) -> list[AnyMessage]:
    merged = add_messages(cast("Messages", known), cast("Messages", coming))
    return cast("list[AnyMessage]", merged)


def _read(new: Any) -> list[BaseMessage]:
    """Return what can be read. An error here would come again at every reading of the thread."""
    coming: list[BaseMessage] = []
    for one in _listed(new):
        try:
            coming += convert_to_messages([one])
        except (ValueError, TypeError, LookupError, AttributeError, NotImplementedError):
            continue  # intake says "nothing_new" where nothing is left
    return [m for m in coming if isinstance(m, TakenOut) or not isinstance(m, RemoveMessage)]


def _listed(new: Any) -> list[Any]:
    return new if isinstance(new, list) else [new]


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
    A checkpoint has the list in parts that are packed once, and what follows them as it is; a list
    that was kept whole is read as ever.
    """

    def __init__(
        self, typ: type[list[AnyMessage]], operator: Callable[..., list[AnyMessage]] = add_said
    ) -> None:
        super().__init__(typ, operator)
        self.parts: list[Part] = []  # as they were kept last
        self.begins_so = True  # the list still begins with them

    def update(self, values: Sequence[list[AnyMessage]]) -> bool:
        """Add what came. Nothing is no change: else each step would keep the whole list anew."""
        add: Callable[..., list[AnyMessage]] = self.operator
        fresh = [value for value in values if value != []]
        for value in fresh:
            self.value = add(self.value, value, self.parts if self.begins_so else ())
            self.begins_so &= not any(isinstance(one, TakenOut) for one in _listed(value))
        return bool(fresh)

    def copy(self) -> Self:
        """Return the same list as another channel."""
        made = super().copy()
        made.parts, made.begins_so = self.parts, self.begins_so
        return made

    def checkpoint(self) -> Any:
        """Return what is kept: the list, or where it is long, its parts and what follows them."""
        held = super().checkpoint()
        if not isinstance(held, list) or len(held) < PART:
            return held
        if not _are_messages(held):
            return held
        self.parts, self.begins_so = pack(held, self.parts, begins_so=self.begins_so), True
        return {PARTS: [part.packed for part in self.parts], "rest": held[len(self.parts) * PART :]}

    def from_checkpoint(self, checkpoint: Any) -> Self:
        """Return the channel as it was kept, in parts or whole."""
        if not isinstance(checkpoint, dict) or PARTS not in checkpoint:
            return super().from_checkpoint(cast("list[AnyMessage]", checkpoint))
        parts = unpack(checkpoint[PARTS])
        made = super().from_checkpoint(
            [*chain.from_iterable(part.messages for part in parts), *checkpoint["rest"]]
        )
        made.parts = parts
        return made
