"""Whom to forget, and what stays for how long."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """Whom to forget: a customer, conversations, or both.

    `now` and `keep_from` are ISO 8601 in UTC: rows of the audit before `keep_from` go altogether.
    `hold_legal` leaves handoffs with the reason legal as they are. `until` says when kept rows go.
    """

    customer: str | None
    threads: frozenset[str]
    now: str
    keep_from: str
    until: str
    hold_legal: bool = False
