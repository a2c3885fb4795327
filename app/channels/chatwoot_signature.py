"""Whether a call comes from Chatwoot: by its signature, or by a secret in the address.

The signature is HMAC-SHA256 over "timestamp.body", in X-Chatwoot-Signature after "sha256=".
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from handrail.app.channels.protocol import Call, NotTheirs

SIGNATURE, TIMESTAMP = "x-chatwoot-signature", "x-chatwoot-timestamp"
TOLERANCE_SECONDS = 300
DIGITS = 12


def check(call: Call, secret: str | None, path_secret: str | None, now: datetime) -> None:
    """Raise NotTheirs unless all that is set up fits: the signature, and the path's secret."""
    if secret is None and path_secret is None:
        raise NotTheirs("No secret is set that a call could be checked with.")
    if path_secret is not None:
        given = (call.secret or "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, path_secret.encode()):
            raise NotTheirs("The address does not end in the secret.")
    if secret is not None:
        _check_signature(call, secret, now)


def _check_signature(call: Call, secret: str, now: datetime) -> None:
    at = call.headers.get(TIMESTAMP, "")
    if not (at.isascii() and at.isdigit() and len(at) <= DIGITS):
        raise NotTheirs("The call has no usable X-Chatwoot-Timestamp.")
    if abs(now.timestamp() - int(at)) > TOLERANCE_SECONDS:
        raise NotTheirs("The call is not of just now.")
    signed = at.encode() + b"." + call.body
    wanted = "sha256=" + hmac.digest(secret.encode(), signed, hashlib.sha256).hex()
    given = call.headers.get(SIGNATURE, "").encode("utf-8", "replace")
    if not hmac.compare_digest(wanted.encode(), given):
        raise NotTheirs("The signature is not Chatwoot's.")
