"""Keep a long list of messages in parts that are made once: a turn then costs what is new in it.

Readers in one process share the messages of a part, as copying them all was most of what a turn of a
long conversation cost. State is read and not written in LangGraph; a message that somebody has
changed all the same is found at the next reading, and its part is read anew from its bytes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

from langchain_core.messages import AnyMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

PART = 32  # messages
REMEMBER = 512  # parts: of conversations that go on, some 20 MB at the most
FORM = "msgpack"


class Part(NamedTuple):
    """`PART` messages, and the same in bytes."""

    packed: bytes
    messages: tuple[AnyMessage, ...]


class _Lent(NamedTuple):
    """The messages that readers have, and what stood in each of them when it was read."""

    messages: tuple[AnyMessage, ...]
    as_read: tuple[Any, ...]

    def is_unchanged(self) -> bool:
        return all(
            message.__dict__ == fields and message.__pydantic_extra__ == more
            for message, (fields, more) in zip(self.messages, self.as_read, strict=True)
        )


class _Memory:
    """The latest parts that were packed or read in this process, by their bytes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, _Lent] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, packed: bytes) -> tuple[AnyMessage, ...] | None:
        """Return the messages of a part; none where it is not known, or a reader has changed one."""
        with self._lock:
            lent = self._kept.get(packed)
            if lent is not None:
                self._kept.move_to_end(packed)
        return lent.messages if lent is not None and lent.is_unchanged() else None

    def put(self, packed: bytes, messages: tuple[AnyMessage, ...]) -> None:
        as_read = tuple((_own(m.__dict__), _own(m.__pydantic_extra__)) for m in messages)
        with self._lock:
            self._kept[packed] = _Lent(messages, as_read)
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
        _memory.put(packed, theirs)
        parts.append(Part(packed, theirs))
    return parts


def unpack(packed: Sequence[bytes]) -> list[Part]:
    """Return the parts as they were packed. Their messages are for reading."""
    parts: list[Part] = []
    for one in packed:
        messages = _memory.get(one)
        if messages is None:
            read: list[Any] = JsonPlusSerializer().loads_typed((FORM, one))
            messages = tuple(read)
            _memory.put(one, messages)
        parts.append(Part(one, messages))
    return parts


def _own(held: Any) -> Any:
    """Return a copy of what can be changed in place, down to its leaves."""
    if isinstance(held, dict):
        return {key: _own(inner) for key, inner in held.items()}
    if isinstance(held, list):
        return [_own(inner) for inner in held]
    return held
