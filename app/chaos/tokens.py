"""Tokens that outlive a long run, and any jump of a clock."""

from __future__ import annotations

from datetime import timedelta

from handrail.app.shop.server import Tokens

LASTS = timedelta(days=2)


def lasting_tokens(secret: str) -> Tokens:
    """Return what signs as the host product does, for days."""
    return Tokens(secret, LASTS)
