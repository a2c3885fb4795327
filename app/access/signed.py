"""What signs the tokens that we issue ourselves: each kind by a salt of its own."""

from __future__ import annotations

import hashlib

from itsdangerous import URLSafeTimedSerializer


def signer(secret: str, salt: str) -> URLSafeTimedSerializer:
    """Return what signs and reads tokens of one kind (HMAC-SHA256), with the time of issue."""
    return URLSafeTimedSerializer(
        secret, salt=salt, signer_kwargs={"digest_method": hashlib.sha256}
    )
