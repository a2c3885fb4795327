"""Tokens for one act of the desk: an agent acts, on a thread that its owner opened.

Some LangGraph servers let nobody but the owner start a run on a thread, whatever our rules say.
Only our own routes make such a token, after they have let the agent in.
"""

from __future__ import annotations

from typing import cast

from itsdangerous import BadSignature

from handrail.app.access.channel_tokens import channel_in
from handrail.app.access.signed import signer
from handrail.app.access.tokens import BadToken
from handrail.app.access.user import User
from handrail.graph.context import DESK_ROLES, Role

PREFIX = "hac_"
SALT = "handrail.acting"
SECONDS = 60
PARTS = 5


class ActingTokens:
    """Make and read tokens that are good for a run on one thread, within a minute."""

    def __init__(self, secret: str) -> None:
        self._signed = signer(secret, SALT)

    def issue(self, owner: str, agent: User, thread_id: str) -> str:
        """Return a token with which `agent` acts on a thread of `owner`'s."""
        said = [owner, agent.id, agent.role, agent.name, thread_id]
        return f"{PREFIX}{self._signed.dumps(said)!s}"

    async def user_in(self, token: str) -> User:
        """Return the owner to the server, and to us the agent who acts. Raises BadToken."""
        try:
            said = self._signed.loads(token.removeprefix(PREFIX), max_age=SECONDS)
        except BadSignature as problem:
            raise BadToken("The token of this act is not ours, or is over.") from problem
        if not isinstance(said, list) or len(said) != PARTS or said[2] not in DESK_ROLES:
            raise BadToken("The token of this act is not ours.")
        owner, agent, role, name, thread = said
        return User(
            id=owner, role=cast("Role", role), name=name, actor=agent, thread=thread,
            channel=channel_in(owner),
        )  # fmt: skip
