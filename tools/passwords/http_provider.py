"""Password resets by the host's own endpoint, each call signed.

Asked:    POST <url>/password-resets  {"method": "POST", "path": ..., "data": {"identifier": ...}}
Answered: {"result": "sent" | "no_account" | "locked"}

The webhook-id is the request's key: the endpoint mails once for each. See docs/backends.md.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from handrail.tools.backends.exchange import Answer
from handrail.tools.backends.signed import SignedBackend
from handrail.tools.passwords.identity_provider import ResetResult

DOING = "send_password_reset"
PATH = "password-resets"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    result: ResetResult


class HttpIdentityProvider:
    """Ask the host's endpoint to mail the link."""

    def __init__(self, endpoint: SignedBackend) -> None:
        self._endpoint = endpoint

    async def send_reset(self, identifier: str, *, key: str) -> ResetResult:
        """Let the owner of an account be mailed a link. Raises BackendDown."""

        def read(answer: Answer) -> ResetResult:
            return _Answer.model_validate(answer.json).result

        return await self._endpoint.post(DOING, PATH, {"identifier": identifier}, read, key=key)
