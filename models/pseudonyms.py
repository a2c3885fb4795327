"""Stand-ins for addresses and numbers during one call of a model, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage

from handrail.models.redaction import EVERYTHING, Kind, replace

BACK = frozenset[Kind]({"e-mail", "phone"})  # a tool may need them; a secret never comes back


class Pseudonyms:
    """Give the same stand-in to the same address, in the order in which they come.

    Each call gets the whole conversation, so that "[e-mail 1]" is the same one in all of them.
    """

    def __init__(self, messages: Sequence[BaseMessage], hidden: Collection[Kind]) -> None:
        self._finders = {kind: find for kind, find in EVERYTHING.items() if kind in hidden}
        self._names: dict[tuple[Kind, str], str] = {}
        self._said = "\n".join(str(message.content) for message in messages)

    def outgoing(self, messages: Sequence[BaseMessage]) -> list[BaseMessage]:
        """Return copies that may leave the house, without what we noted on them."""
        return [self._copy(message) for message in messages]

    def incoming(self, said: BaseMessage) -> AIMessage:
        """Return what the model said, with the addresses and numbers put back."""
        if not isinstance(said, AIMessage):
            return AIMessage(content=said.content)
        return said.model_copy(
            update={"content": self._back(said.content), **_calls(said, self._back)}
        )

    def _copy(self, message: BaseMessage) -> BaseMessage:
        changed: dict[str, Any] = {
            "content": self._hide(message.content), "additional_kwargs": {}, "name": None,
        }  # fmt: skip
        if isinstance(message, AIMessage):
            changed |= _calls(message, self._hide)
        return message.model_copy(update=changed)

    def _hide(self, value: Any) -> Any:
        return _each(value, lambda text: replace(text, self._finders, self._name))

    def _name(self, kind: Kind, written: str) -> str:
        if kind not in BACK:
            return f"[{kind}]"
        if (kind, written) not in self._names:
            number = 1 + sum(1 for known, _ in self._names if known == kind)
            while (name := f"[{kind} {number}]") in self._said or name in self._names.values():
                number += 1  # a customer may have typed one: it stands for nobody
            self._names[kind, written] = name
        return self._names[kind, written]

    def _back(self, value: Any) -> Any:
        def put(text: str) -> str:
            for (_, written), name in self._names.items():
                text = text.replace(name, written)
            return text

        return _each(value, put)


def _calls(said: AIMessage, change: Any) -> dict[str, Any]:
    """Return the tool calls of a message, and those that are broken, with their texts changed."""
    return {
        name: [{**call, "args": change(call["args"])} for call in calls]
        for name, calls in (
            ("tool_calls", said.tool_calls), ("invalid_tool_calls", said.invalid_tool_calls),
        )
    }  # fmt: skip


def _each(value: Any, change: Any) -> Any:
    """Return a value of JSON with each text in it changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(held, change) for key, held in value.items()}
    if isinstance(value, list):
        return [_each(held, change) for held in value]
    return value
