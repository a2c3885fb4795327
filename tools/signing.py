"""Sign by the Standard Webhooks scheme, and check such a signature.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 - marks a secret, is none
DIGITS = 12


class BadSignature(Exception):
    """What came in was not signed by us, or not just now."""


class BadSecret(ValueError):
    """A signing secret cannot be used."""


def read_key(secret: str) -> bytes:
    """Return the key of a secret: base64 after whsec_, else the text itself. Raises BadSecret."""
    key = secret.encode()
    if secret.startswith(SECRET_PREFIX):
        try:
            key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        except binascii.Error as problem:
            raise BadSecret("After whsec_ the signing secret must be base64.") from problem
    if not key:
        raise BadSecret("The signing secret is empty.")
    return key


def sign(key: bytes, sent_as: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers: webhook-id, webhook-timestamp and webhook-signature."""
    moment = str(int(at.timestamp()))
    return {
        "webhook-id": sent_as,
        "webhook-timestamp": moment,
        "webhook-signature": _signature(key, sent_as, moment, body),
    }


def verify(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    tolerance_seconds: int = 300,
) -> None:
    """Check, for a receiver, that a body is ours and recent. Raises BadSignature.

    A second one with the same webhook-id is a duplicate, which the receiver passes over.
    """
    given = {name.lower(): value for name, value in headers.items()}
    sent_as, at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not (at.isascii() and at.isdigit() and len(at) <= DIGITS):
        raise BadSignature("The webhook has no usable webhook-timestamp.")
    if abs(now.timestamp() - int(at)) > tolerance_seconds:
        raise BadSignature("The webhook is not of just now.")
    wanted = _signature(read_key(secret), sent_as, at, body).encode()
    signatures = given.get("webhook-signature", "").encode("utf-8", "replace").split(b" ")
    if not any(hmac.compare_digest(wanted, signature) for signature in signatures):
        raise BadSignature("The webhook's signature is not ours.")


def _signature(key: bytes, sent_as: str, at: str, body: bytes) -> str:
    signed = b".".join((sent_as.encode("utf-8", "replace"), at.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
