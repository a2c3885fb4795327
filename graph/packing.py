"""Keep a long list of messages in parts that are made once: a turn then costs what is new in it.

A part is compressed, as each checkpoint has all of them and their messages are much alike.

Readers in one process share the messages of a part, as copying them all was most of what a turn of
a long conversation cost. State is read and not written in LangGraph; a message that somebody has
changed all the same is found at the next reading, and its part is read anew from its bytes.
"""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from copy import copy
from typing import Any, NamedTuple

from langchain_core.messages import AnyMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

PART = 32  # messages
REMEMBER = 512  # parts of conversations that go on: some 50 MB, a fifth of it to compare with
FORM = "msgpack"
LEVEL = 1  # of zlib: higher ones take longer for hardly less
COMPRESSED = b"\x78"  # what zlib begins with; a packed list, as parts were kept before, does not


class Part(NamedTuple):
    """`PART` messages, the same in bytes, and their ids."""

    packed: bytes
    messages: tuple[AnyMessage, ...]
    ids: frozenset[str | None]


class _Lent(NamedTuple):
    """The part that readers have, the fields of each message, and what stood in them when read."""

    part: Part
    fields: list[dict[str, Any] | None]
    as_read: list[dict[str, Any] | None]

    def is_unchanged(self) -> bool:
        return self.fields == self.as_read  # one comparison, as there are thousands of fields


class _Memory:
    """The latest parts that were packed or read in this process, by their bytes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, _Lent] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, packed: bytes) -> Part | None:
        """Return a part; none where it is not known, or a reader has changed what it says."""
        with self._lock:
            lent = self._kept.get(packed)
            if lent is not None:
                self._kept.move_to_end(packed)
        return lent.part if lent is not None and lent.is_unchanged() else None

    def put(self, packed: bytes, messages: tuple[AnyMessage, ...]) -> Part:
        part = Part(packed, messages, frozenset(message.id for message in messages))
        fields = [held for m in messages for held in (m.__dict__, m.__pydantic_extra__)]
        lent = _Lent(part, fields, list(map(_as_read, fields)))
        with self._lock:
            self._kept[packed] = lent
            while len(self._kept) > REMEMBER:
                self._kept.popitem(last=False)
        return part


_memory = _Memory()


def pack(
    messages: Sequence[AnyMessage], known: Sequence[Part], *, begins_so: bool = False
) -> list[Part]:
    """Return the parts of a list, of which `known` are those that it had; the rest is no part.

    Only what has changed since, or is new, is packed. A list that `begins_so` has all of them.
    """
    parts: list[Part] = list(known) if begins_so else []
    for place in range(len(parts), len(messages) // PART):
        theirs = tuple(messages[place * PART : (place + 1) * PART])
        kept = known[place] if place < len(known) else None
        if kept and all(one is other for one, other in zip(theirs, kept.messages, strict=True)):
            parts.append(kept)
            continue
        form, packed = JsonPlusSerializer().dumps_typed(list(theirs))
        if form != FORM:
            raise TypeError(f"messages are kept as {FORM}, not as {form}")
        parts.append(_memory.put(zlib.compress(packed, LEVEL), theirs))
    return parts


def unpack(packed: Sequence[bytes]) -> list[Part]:
    """Return the parts as they were packed. Their messages are for reading."""
    return [_memory.get(one) or _read(one) for one in packed]


def _read(packed: bytes) -> Part:
    plain = zlib.decompress(packed) if packed.startswith(COMPRESSED) else packed
    messages: list[Any] = JsonPlusSerializer().loads_typed((FORM, plain))
    return _memory.put(packed, tuple(messages))


def _as_read(fields: Any) -> Any:
    """Return the fields of a message to compare with; what stands in a field, one level down."""
    if fields is None:
        return None
    return {
        name: copy(held) if isinstance(held, dict | list) else held for name, held in fields.items()
    }
