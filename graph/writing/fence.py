"""Fence what others have written, so that a model reads it as information and not as orders."""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from handrail.prompts.load import template

CUSTOMER = "customer_message"
RESULT = "tool_result"
CONVERSATION = "conversation"  # a whole one, which is judged
# A tag of ours, however it is spelled; also half of one, which a model might complete.
_OURS = re.compile(rf"<\s*(/?)\s*({CUSTOMER}|{RESULT}|{CONVERSATION})\b[^<>]*>?", re.IGNORECASE)


def fenced(text: str, tag: str) -> str:
    """Return a text between <tag> and </tag>; tags of ours that stand in it lose their brackets."""
    harmless = _OURS.sub(r"(\1\2)", text)
    return f"<{tag}>\n{harmless}\n</{tag}>"


def fenced_conversation(messages: Sequence[BaseMessage], language: str) -> list[BaseMessage]:
    """Return the conversation as a model of others reads it, oldest first.

    Each customer's message is fenced. What differs from turn to turn, the language to reply in,
    stands after the last one, so that the provider may keep all that comes before it.
    """
    found: list[BaseMessage] = [
        HumanMessage(content=fenced(message.text, CUSTOMER))
        if isinstance(message, HumanMessage)
        else AIMessage(content=message.text)
        for message in messages
    ]
    if found and isinstance(found[-1], HumanMessage):
        turn = template("turn").render(language=language)
        found[-1] = HumanMessage(content=f"{found[-1].text}\n\n{turn}")
    return found
