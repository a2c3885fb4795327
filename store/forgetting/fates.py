"""What becomes of each table when somebody is forgotten. A test holds that every table is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Fate = Literal["erased", "without name", "kept"]


@dataclass(frozen=True)
class Rule:
    """What becomes of the rows of a table, and why."""

    fate: Fate
    why: str


@dataclass(frozen=True)
class Line:
    """What became of `count` rows of `what`; `until` is when the rest of them goes too."""

    what: str
    fate: Fate
    count: int
    why: str
    until: str | None = None


FIGURES = "the figures of quality need it; words, names and the conversation's id are gone"
SHOP = "belongs to your shop: erase it there"
FATES: Mapping[str, Rule] = {
    "audit": Rule("without name", "what was done, as the law may ask; words and names are gone"),
    "channel_links": Rule("erased", "named the customer in a chat product"),
    "channel_parcels": Rule("erased", "the customer's words, on their way"),
    "channel_places": Rule("erased", "named the conversation in a chat product"),
    "csat": Rule("without name", "the rating counts for its path; comment and survey are gone"),
    "customers": Rule("kept", SHOP),
    "deliveries": Rule("erased", "named the conversation"),
    "errands": Rule("erased", "links and codes that were asked for"),
    "handoff_steps": Rule("erased", "named the conversation"),
    "handoffs": Rule("without name", FIGURES),
    "notes": Rule("erased", "what agents wrote about the customer"),
    "notifications": Rule("erased", "named the conversation"),
    "order_items": Rule("kept", SHOP),
    "orders": Rule("kept", SHOP),
    "one_time_codes": Rule("erased", "who proved to be whom, by hashes of codes"),
    "reset_requests": Rule("erased", "requests for a new password"),
    "review_conversations": Rule("erased", "the customer's words"),
    "review_picks": Rule("without name", FIGURES),
    "review_verdicts": Rule("without name", "the finding counts; the note is gone"),
    "transcript": Rule("erased", "the customer's words"),
}  # fmt: skip
