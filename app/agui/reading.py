"""What a front end says by AG-UI: the customer's messages, and nothing about who they are."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from ag_ui.core import RunAgentInput, UserMessage

from handrail.app.access.user import User
from handrail.app.talk.protocol import Said

MOST = 20  # messages in a row that no answer came to


def thread_of(user: User, thread: str) -> str:
    """Return our id of a caller's conversation: a front end cannot name anybody else's. Pure."""
    return str(uuid5(NAMESPACE_URL, f"handrail:agui:{user.id}:{thread}"))


def said_in(given: RunAgentInput) -> list[Said]:
    """Return what the customer has written since anybody else last wrote, oldest first. Pure.

    A front end sends all messages each time. What it says of the agent's, of its state, its tools
    and its context is not read: nothing in there has been checked by anybody.
    """
    last: list[UserMessage] = []
    for message in reversed(given.messages):
        if not isinstance(message, UserMessage):
            break
        last.insert(0, message)
    return [Said(message.id, text_in(message)) for message in last[-MOST:]]


def text_in(message: UserMessage) -> str:
    """Return the text of a message; pictures and files are not read. Pure."""
    if isinstance(message.content, str):
        return message.content
    texts = [part.text for part in message.content if part.type == "text"]
    return "\n".join(texts)
