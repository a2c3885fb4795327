"""Names of things on the way between a product and the graph: the same each time."""

from __future__ import annotations

from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from handrail.app.access.channel_tokens import login_of
from handrail.app.access.user import User
from handrail.app.channels.protocol import Agent
from handrail.store.base import storable

LONGEST = 200


def thread_id_of(channel: str, conversation: str) -> str:
    """Return the thread of a product's conversation."""
    return str(uuid5(NAMESPACE_URL, f"handrail:channel:{channel}:{storable(conversation)}"))


def key_of(product_id: str) -> str:
    """Return the key of a delivery by the product's id for it, whatever that is made of."""
    plain = storable(product_id)
    return plain if len(plain) <= LONGEST else sha256(plain.encode()).hexdigest()


def message_id_of(channel: str, key: str) -> str:
    """Return the id of a customer's message in the conversation."""
    return f"{channel}:{key}"


def event_id_of(thread_id: str, key: str, act: str) -> str:
    """Return the id of an act that a delivery asks for."""
    return str(uuid5(NAMESPACE_URL, f"handrail:channel:{thread_id}:{key}:{act}"))


def agent_user(channel: str, agent: Agent) -> User:
    """Return who acts at the desk when an agent writes in a product."""
    name = storable(agent.name)[:LONGEST] or agent.id
    actor = storable(f"{channel}:{agent.id}")[:LONGEST]
    return User(id=actor, role="agent", name=name, channel=channel)


def customer_user(channel: str, thread_id: str) -> User:
    """Return the login of a conversation, for reading it."""
    return User(id=login_of(channel, thread_id), role="customer", channel=channel)
