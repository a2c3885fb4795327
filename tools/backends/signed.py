"""Call a host's own endpoint, each call signed; and check such a call, for the host.

Every call is a POST, so that no customer's id stands in a URL or an access log. The signature is
the Standard Webhooks one, over the body; the body names method and path, so that a call cannot
be played again to another endpoint. Any Standard Webhooks library checks the signature as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from handrail.tools.backends.exchange import Answer, Request
from handrail.tools.backends.http import HttpBackend
from handrail.tools.errors import BadSettings
from handrail.tools.signing import BadSecret, BadSignature, read_key, sign, verify

Result = TypeVar("Result")


class SignedBackend:
    """Post signed calls to paths under one address."""

    def __init__(
        self,
        backend: HttpBackend,
        secret: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Read the secret. Raises BadSettings."""
        try:
            self._key = read_key(secret)
        except BadSecret as problem:
            mend = "Give whsec_ and base64 of 24 bytes or more."
            raise BadSettings(f"The secret of {backend.name} cannot be used", mend) from problem
        self._backend = backend
        self._now = now

    async def post(
        self,
        doing: str,
        path: str,
        data: Mapping[str, Any],
        read: Callable[[Answer], Result],
        *,
        key: str | None = None,
    ) -> Result:
        """Return what `read` makes of the answer. Raises BackendDown.

        All attempts carry one webhook-id, `key` where given: the host does a thing once for each.
        """
        sent_as = key or f"call_{uuid4().hex}"
        target = self._backend.address.join(path).path
        body = json.dumps(
            {"method": "POST", "path": target, "data": data}, separators=(",", ":")
        ).encode()

        def prepare() -> Request:
            headers = {"content-type": "application/json"}
            signed = sign(self._key, sent_as, self._now(), body)
            return Request("POST", path, headers | signed, content=body)

        return await self._backend.ask(doing, prepare, read)


class _Call(BaseModel):
    model_config = ConfigDict(extra="ignore")

    method: str
    path: str
    data: dict[str, Any]


def verify_call(
    secret: str, method: str, path: str, headers: Mapping[str, str], body: bytes, *, now: datetime
) -> dict[str, Any]:
    """Return the data of a call that came in at `method` and `path`. Raises BadSignature."""
    verify(secret, headers, body, now)
    try:
        call = _Call.model_validate_json(body)
    except ValidationError as problem:
        raise BadSignature("The body is no call of ours.") from problem
    if (call.method, call.path) != (method.upper(), path):
        raise BadSignature("The call was signed for another method or path.")
    return call.data
