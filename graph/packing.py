"""Keep a long list of messages in parts that are made once: a turn then costs what is new in it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

from langchain_core.messages import AnyMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from pydantic import BaseModel

PART = 32  # messages
REMEMBER = 512  # parts: of conversations that go on, some 20 MB at the most
FORM = "msgpack"
# The slots of a pydantic model beside its `__dict__`, past its own `__setattr__`.
_put_fields_set = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_put_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_put_private = BaseModel.__dict__["__pydantic_private__"].__set__


class Part(NamedTuple):
    """`PART` messages, and the same in bytes."""

    packed: bytes
    messages: tuple[AnyMessage, ...]


class _Memory:
    """The latest parts that were packed or read in this process, by their bytes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, tuple[AnyMessage, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, packed: bytes) -> tuple[AnyMessage, ...] | None:
        with self._lock:
            messages = self._kept.get(packed)
            if messages is not None:
                self._kept.move_to_end(packed)
            return messages

    def put(self, packed: bytes, messages: tuple[AnyMessage, ...]) -> None:
        with self._lock:
            self._kept[packed] = messages
            while len(self._kept) > REMEMBER:
                self._kept.popitem(last=False)


_memory = _Memory()


def pack(messages: Sequence[AnyMessage], known: Sequence[Part]) -> list[Part]:
    """Return the parts of a list, of which `known` are those that it had; the rest is no part.

    Only what has changed since, or is new, is packed.
    """
    parts: list[Part] = []
    for place in range(len(messages) // PART):
        theirs = tuple(messages[place * PART : (place + 1) * PART])
        kept = known[place] if place < len(known) else None
        if kept and all(one is other for one, other in zip(theirs, kept.messages, strict=True)):
            parts.append(kept)
            continue
        form, packed = JsonPlusSerializer().dumps_typed(list(theirs))
        if form != FORM:
            raise TypeError(f"messages are kept as {FORM}, not as {form}")
        _memory.put(packed, _copied(theirs))
        parts.append(Part(packed, theirs))
    return parts


def unpack(packed: Sequence[bytes]) -> list[Part]:
    """Return the parts as they were packed. Each reader has messages of its own."""
    parts: list[Part] = []
    for one in packed:
        messages = _memory.get(one)
        if messages is None:
            read: list[Any] = JsonPlusSerializer().loads_typed((FORM, one))
            messages = tuple(read)
            _memory.put(one, messages)
        parts.append(Part(one, _copied(messages)))
    return parts


def _copied(messages: Sequence[AnyMessage]) -> tuple[AnyMessage, ...]:
    return tuple(map(_copy, messages))


def _copy(message: AnyMessage) -> AnyMessage:
    """Return a shallow copy, as `model_copy` makes it, in half the time: a turn makes thousands."""
    made = object.__new__(type(message))
    made.__dict__.update(message.__dict__)
    extra, private = message.__pydantic_extra__, message.__pydantic_private__
    _put_fields_set(made, message.__pydantic_fields_set__.copy())
    _put_extra(made, None if extra is None else extra.copy())
    _put_private(made, None if private is None else private.copy())
    return made
