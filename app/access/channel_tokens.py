"""Tokens for customers who write in a chat product: we issue them, one for each run.

The product knows who writes; on a LangGraph server the run has to come from somebody, and the
conversation has to be somebody's. Each conversation of a product has a login of its own.
"""

from __future__ import annotations

from itsdangerous import BadSignature

from handrail.app.access.signed import signer
from handrail.app.access.tokens import BadToken
from handrail.app.access.user import User

PREFIX = "hct_"
SALT = "handrail.channel"
ID = "channel:"
SECONDS = 60
PARTS = 7


class ChannelTokens:
    """Make and read tokens that are good for one customer's runs, within a minute."""

    def __init__(self, secret: str) -> None:
        self._signed = signer(secret, SALT)

    def issue(self, user: User) -> str:
        """Return a token for a customer whose login and channel are set."""
        said = [
            user.channel, user.id, user.name, user.customer_id, user.verified, user.locale,
            user.time_zone,
        ]  # fmt: skip
        return f"{PREFIX}{self._signed.dumps(said)!s}"

    async def user_in(self, token: str) -> User:
        """Return the customer, and never anybody else than a customer. Raises BadToken."""
        try:
            said = self._signed.loads(token.removeprefix(PREFIX), max_age=SECONDS)
        except BadSignature as problem:
            raise BadToken("The token of this channel is not ours, or is over.") from problem
        if not isinstance(said, list) or len(said) != PARTS or channel_in(said[1]) != said[0]:
            raise BadToken("The token of this channel is not ours.")
        channel, login, name, customer, verified, locale, zone = said
        return User(
            id=login, role="customer", name=name, customer_id=customer,
            verified=verified is True and customer is not None, locale=locale, time_zone=zone,
            channel=channel,
        )  # fmt: skip


def login_of(channel: str, thread_id: str) -> str:
    """Return the login whose conversation a thread of a product is."""
    return f"{ID}{channel}:{thread_id}"


def channel_in(login: object) -> str | None:
    """Return the channel in a login of a product's conversation, None for any other login."""
    if not isinstance(login, str) or not login.startswith(ID):
        return None
    channel, colon, thread = login.removeprefix(ID).partition(":")
    return channel if channel and colon and thread else None
