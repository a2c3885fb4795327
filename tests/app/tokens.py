"""Tokens as a host product signs them."""

from __future__ import annotations

import time
from typing import Any

import jwt

SECRET = "a secret of the tests, long enough for HS256"


def token_of(sub: str, role: str, *, seconds: int = 3600, secret: str = SECRET, **more: Any) -> str:
    claims = {"sub": sub, "role": role, "exp": int(time.time()) + seconds, **more}
    return jwt.encode(claims, secret, algorithm="HS256")


def bearer(sub: str, role: str, **more: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(sub, role, **more)}"}
