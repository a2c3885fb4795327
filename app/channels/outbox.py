"""What of a conversation goes out to the product, as parcels that each go once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handrail.app.channels.runs import Heard, Standing
from handrail.graph.packet import key_of
from handrail.store.channels.protocol import Parcel
from handrail.store.csat.protocol import survey_of

START = ""  # all of one moment: they go out in the order in which they were left


def outgoing(standing: Standing, thread_id: str, known: set[str], now: str) -> list[Parcel]:
    """Return what is not known to have gone out, in order. Pure.

    While a person has the conversation the bot says nothing, so that a notice stays inside.
    """
    parcels: list[Parcel] = []
    for key, kind, body in _all(standing, thread_id):
        if key not in known:
            number = len(known) + len(parcels)
            parcels.append(Parcel(thread_id, "out", key, kind, START, now, body, number))
    return parcels


def _all(standing: Standing, thread_id: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    told = False
    for message in standing.messages:
        if message.by == "customer" or not message.id:
            continue
        if message.text:
            yield message.id, "text", _text(message)
        if standing.handoff and message.id == f"handoff-{standing.handoff}":
            told = True
            yield packet_key(standing.handoff), "handoff", {"handoff": standing.handoff}
        if message.noted.get("ends"):
            ended = "hand_back" if message.noted["ends"] == "handed_back" else "close"
            yield message.id, ended, {}
    if standing.handoff and not told and standing.owner == "human":  # taken over by an agent
        yield packet_key(standing.handoff), "handoff", {"handoff": standing.handoff}
    if standing.notice and standing.owner != "human" and standing.messages:
        noticed = f"notice-{standing.messages[-1].id}"
        yield noticed, "text", {"text": standing.notice, "by": "ai", "citations": []}
    if standing.owner == "closed" and standing.resolved:
        survey = survey_of(key_of(thread_id, standing.episode))
        yield f"survey-{survey}", "survey", {"survey": survey, "language": standing.language}


def packet_key(handoff: str) -> str:
    """Return the key of the parcel that hands a conversation over."""
    return f"packet-{handoff}"


def end_key(handoff: str) -> str:
    """Return the key of the parcel that says a handoff is over."""
    return f"end-{handoff}"


def reply_key(event_id: str) -> str:
    """Return the key of a person's reply, by the event that brought it in."""
    return f"reply-{event_id}"


def _text(message: Heard) -> dict[str, Any]:
    by = message.noted.get("author", "ai")
    text = f"{message.name}: {message.text}" if by == "human" and message.name else message.text
    return {"text": text, "by": by, "citations": message.noted.get("citations") or []}
