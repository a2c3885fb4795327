"""Read the tokens that the host product signs."""

from __future__ import annotations

from typing import Annotated, Protocol

import jwt
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, ValidationError

from handrail.app.access.user import User
from handrail.graph.context import Role

SHORTEST_SECRET = 32  # HMAC with SHA-256 asks for a key as long as its hash
LEEWAY_SECONDS = 10
Plain = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


class BadToken(Exception):
    """A token cannot be believed; says why, without the token."""


class BadSecret(ValueError):
    """The secret for tokens cannot be used; says what to mend."""


class Tokens(Protocol):
    """Know whose token it is."""

    async def user_in(self, token: str) -> User:
        """Return the user a token was signed for. Raises BadToken."""
        ...


class Claims(BaseModel):
    """What a token says. A token that names no role is a customer's."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sub: Plain
    role: Role = "customer"
    name: Plain | None = None
    customer_id: Annotated[Plain, Field(max_length=128)] | None = None
    verified: StrictBool = False
    locale: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")] = (
        "en"
    )


class SharedSecret:
    """Believe tokens that were signed with a secret we share with the host product (HS256)."""

    def __init__(self, secret: str) -> None:
        """Take a secret of 32 bytes or more. Raises BadSecret."""
        if len(secret.encode()) < SHORTEST_SECRET:
            raise BadSecret(
                f"HANDRAIL_JWT_SECRET is shorter than {SHORTEST_SECRET} bytes and could be "
                'guessed; make one with: python -c "import secrets; print(secrets.token_hex(32))"'
            )
        self._secret = secret

    async def user_in(self, token: str) -> User:
        """Return the user a token was signed for. Raises BadToken."""
        try:
            said = jwt.decode(
                token, self._secret, algorithms=["HS256"], leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "sub"]},
            )  # fmt: skip
        except jwt.ExpiredSignatureError as problem:
            raise BadToken("The token has expired; sign in again.") from problem
        except jwt.InvalidTokenError as problem:
            raise BadToken(f"The token cannot be believed: {problem}.") from problem
        return user_in(said)


def user_in(said: object) -> User:
    """Return the user that the claims of a token describe. Raises BadToken."""
    try:
        claims = Claims.model_validate(said)
    except ValidationError as problem:
        names = ", ".join(".".join(map(str, error["loc"])) for error in problem.errors())
        raise BadToken(f"Claims of the token cannot be used: {names}.") from problem
    return User(
        id=claims.sub,
        role=claims.role,
        name=claims.name,
        customer_id=claims.customer_id,
        verified=claims.verified and claims.customer_id is not None,
        locale=claims.locale,
    )
