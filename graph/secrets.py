"""Take secrets out of what a customer wrote, before anything hears or keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AnyMessage, BaseMessage, HumanMessage
from langgraph.graph.message import REMOVE_ALL_MESSAGES

from handrail.graph.said import TakenOut
from handrail.graph.state import State
from handrail.models.redaction import Kind, stood_in, take_out
from handrail.models.wording import Wording

TOLD_OF = ("card", "password")  # what the customer is told of by its name


def without_secrets(messages: Sequence[AnyMessage]) -> tuple[list[AnyMessage], list[Kind]]:
    """Return the messages without secrets, and the kinds that were found, here or at the door.

    A message in which nothing is found is the same object; people's and our own stay as they are.
    """
    kept: list[AnyMessage] = []
    found: dict[Kind, None] = {}
    for message in messages:
        if not isinstance(message, HumanMessage):
            kept.append(message)
            continue
        content, kinds = _clean(message.content)
        found |= dict.fromkeys(kinds)
        kept.append(message.model_copy(update={"content": content}) if kinds else message)
    return kept, list(found)


def written_anew(
    state: State, last: Sequence[BaseMessage], new: int | None = None
) -> list[BaseMessage]:
    """Return the list of messages anew, with `last` in place of its last `new` ones."""
    count = len(last) if new is None else new
    before = state["messages"][: len(state["messages"]) - count]
    return [TakenOut(REMOVE_ALL_MESSAGES), *before, *last]


def with_notice(state: State, wording: Wording, text: str) -> str:
    """Say first what was taken out of the message, where anything was."""
    kinds = state.get("secrets") or []
    if not kinds:
        return text
    kind = next((name for name in TOLD_OF if name in kinds), "other")
    said = wording.say("secret_seen", state.get("language", "en"), kind=kind)
    return f"{said}\n\n{text}" if text else said


def _clean(content: Any) -> tuple[Any, list[Kind]]:
    """Return the content, a text or a list of blocks, without secrets in its texts."""
    if isinstance(content, str):
        return _taken_out(content)
    blocks: list[Any] = []
    found: list[Kind] = []
    for block in content:
        is_text = isinstance(block, str)
        said = block if is_text else block.get("text")
        text, kinds = _taken_out(said) if isinstance(said, str) else (said, [])
        found += kinds
        blocks.append(text if is_text else {**block, "text": text} if kinds else block)
    return blocks, found


def _taken_out(text: str) -> tuple[str, list[Kind]]:
    left, kinds = take_out(text)
    return left, kinds or stood_in(left)
