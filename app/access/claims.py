"""What a token of the host product says about who is calling."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, ValidationError

from handrail.app.access.tokens import BadToken
from handrail.app.access.user import User
from handrail.graph.context import Role
from handrail.graph.time_zones import time_zone

Plain = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
OURS = ("visitor:", "key:", "channel:")  # how the ids begin that we give ourselves


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
    zoneinfo: Any = None
    channel: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")] | None = None


def user_in(said: object) -> User:
    """Return the user that the claims of a token describe. Raises BadToken."""
    try:
        claims = Claims.model_validate(said)
    except ValidationError as problem:
        names = ", ".join(".".join(map(str, error["loc"])) for error in problem.errors())
        raise BadToken(f"Claims of the token cannot be used: {names}.") from problem
    if claims.sub.startswith(OURS):
        raise BadToken(f"A sub may not begin with {' or '.join(OURS)}: we give such ids ourselves.")
    return User(
        id=claims.sub,
        role=claims.role,
        name=claims.name,
        customer_id=claims.customer_id,
        verified=claims.verified and claims.customer_id is not None,
        locale=claims.locale,
        time_zone=time_zone(claims.zoneinfo),
        channel=claims.channel,
    )
