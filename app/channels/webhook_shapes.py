"""What a product posts to the generic webhook, read strictly."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, ValidationError

from handrail.app.access.claims import Plain
from handrail.app.channels.protocol import Holder, Unreadable
from handrail.app.problems import wrong

Id = Annotated[str, Field(min_length=1, max_length=400)]


class Customer(BaseModel):
    """Who writes. Only with `verified` is the `customer_id` beyond doubt."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Id
    name: Plain | None = None
    customer_id: Annotated[Plain, Field(max_length=128)] | None = None
    verified: StrictBool = False
    locale: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")] | None = None
    time_zone: str | None = None


class Person(BaseModel):
    """An agent of the product."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Annotated[Plain, Field(max_length=128)]
    name: Plain | None = None


class Data(BaseModel):
    """What happened; which members are needed depends on the type."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    conversation: Id
    id: Id
    text: Annotated[str, Field(max_length=100_000)] = ""
    customer: Customer | None = None
    agent: Person | None = None
    holder: Holder | None = None
    attachments: Annotated[int, Field(ge=0, le=1000)] = 0
    sequence: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    at: AwareDatetime | None = None


class Delivery(BaseModel):
    """One event in the envelope of Standard Webhooks."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    type: str
    timestamp: AwareDatetime
    data: Data


def read_delivery(body: bytes) -> Delivery:
    """Return what was posted. Raises Unreadable, without what was sent."""
    try:
        return Delivery.model_validate_json(body)
    except ValidationError as problem:
        raise Unreadable(wrong(problem.errors())) from problem
