"""One customer over several channels: who they are there, and what they have talked about."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, BaseModel, Field, StrictBool

from handrail.app.access.claims import Plain
from handrail.app.access.user import User
from handrail.app.house import TOKEN, OpenServices, agent_of
from handrail.app.problems import Problem, ProblemRoute, problems
from handrail.app.routes.models import STANDING, StandingView, like, standing_view
from handrail.graph.clock import iso
from handrail.graph.services import Services
from handrail.store.channels.protocol import AccountLink
from handrail.store.handoffs.protocol import Standing, Wanted

ALWAYS = problems(401, 403, 422, s503="A store cannot be reached.")
ChannelName = Literal["chatwoot", "slack", "webhook"]
CustomerId = Annotated[str, Path(pattern=r"^[^\x00-\x1f/]{1,128}$", description="Your id of them.")]
UserId = Annotated[str, Path(pattern=r"^[^\x00-\x1f/]{1,200}$", description="Their id there.")]
LINK = {
    "channel": "slack", "user": "U01AB", "customer_id": "cus_ana",
    "consent_at": "2026-03-02T09:15:00+00:00", "linked_by": "key:shop",
}  # fmt: skip
router = APIRouter(
    prefix="/handrail/customers/{customer_id}",
    tags=["customers"],
    route_class=ProblemRoute,
    dependencies=[Depends(TOKEN), Depends(agent_of)],
)


class LinkBody(BaseModel):
    """Who a customer is in a chat product, and that and when they agreed that we may know."""

    model_config = like(channel="slack", user="U01AB", consent=True, at="2026-03-02T09:15:00Z")

    channel: ChannelName
    user: Plain
    consent: Annotated[StrictBool, Field(description="Only true is taken.")]
    at: Annotated[AwareDatetime, Field(description="When they agreed.")]


class LinkView(BaseModel):
    """A link that stands."""

    model_config = like(**LINK)

    channel: str
    user: str
    customer_id: str
    consent_at: str
    linked_by: str


class TalkView(BaseModel):
    """One conversation of a customer's, with its handoffs, the newest first."""

    model_config = like(
        thread_id="0d9a6c1e-3c1f-4a53-9a44-3a1c2f6f7f10", channel="slack",
        conversation="C0123456789:1772442900.000100", opened_at="2026-03-02T09:15:00+00:00",
        handoffs=[STANDING],
    )  # fmt: skip

    thread_id: str
    channel: str
    conversation: str | None = Field(description="The product's name for it; null in our chat.")
    opened_at: str = Field(description="When we first heard of it, or of its first handoff.")
    handoffs: list[StandingView]


class TalksView(BaseModel):
    """A customer's conversations over all channels, the newest first."""

    model_config = like(items=[], links=[LINK])

    items: list[TalkView]
    links: list[LinkView]


async def back_end_of(user: Annotated[User, Depends(agent_of)]) -> User:
    """Return the back end that calls. Raises Problem 401 or 403."""
    if user.role != "service":
        raise Problem(403, "not_allowed", "Links are for back ends: send a service key.")
    return user


BackEnd = Annotated[User, Depends(back_end_of)]


@router.post("/links", responses={**ALWAYS, **problems(s409="That user is somebody else.")})
async def link(
    services: OpenServices, back_end: BackEnd, customer_id: CustomerId, body: LinkBody
) -> LinkView:
    """Keep who a customer is in a chat product. For back ends, and with the customer's consent."""
    if not body.consent:
        raise Problem(422, "no_consent", "Without the customer's consent nothing is linked.")
    wanted = AccountLink(body.channel, body.user, customer_id, iso(body.at), back_end.id)
    kept = await services.channels.link(wanted)
    if kept.customer_id != customer_id:
        raise Problem(409, "linked_already", "That user is linked to another customer.")
    return LinkView(**vars(kept))


@router.delete(
    "/links/{channel}/{user}",
    dependencies=[Depends(back_end_of)],
    responses={**ALWAYS, **problems(s404="There is no such link.")},
)
async def unlink(
    services: OpenServices, customer_id: CustomerId, channel: ChannelName,
    user: UserId,
) -> dict[str, bool]:  # fmt: skip
    """Take a link back, as the customer has their consent. For back ends."""
    if not await services.channels.unlink(channel, user, customer_id):
        raise Problem(404, "unknown_link", "There is no such link.")
    return {"unlinked": True}


@router.get("/conversations", responses=ALWAYS)
async def conversations(
    services: OpenServices,
    customer_id: CustomerId,
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 50,
) -> TalksView:
    """List a customer's conversations over all channels, with their handoffs, newest first."""
    talks = await _talks(services, customer_id)
    links = await services.channels.links_of(customer_id)
    return TalksView(items=talks[:limit], links=[LinkView(**vars(each)) for each in links])


async def _talks(services: Services, customer_id: str) -> list[TalkView]:
    handoffs: dict[str, list[Standing]] = {}
    for standing in await services.handoffs.list(Wanted(customer=customer_id)):
        handoffs.setdefault(standing["thread_id"], []).append(standing)
    for of_one in handoffs.values():
        of_one.sort(key=lambda standing: standing["created_at"], reverse=True)
    talks = [
        TalkView(
            thread_id=place.thread_id, channel=place.channel, conversation=place.conversation,
            opened_at=place.opened_at,
            handoffs=[standing_view(each) for each in handoffs.pop(place.thread_id, [])],
        )
        for place in await services.channels.places_of(customer_id)
    ]  # fmt: skip
    talks += [
        TalkView(
            thread_id=thread, channel=of_one[-1]["channel"], conversation=None,
            opened_at=of_one[-1]["created_at"], handoffs=[standing_view(each) for each in of_one],
        )
        for thread, of_one in handoffs.items()
    ]  # fmt: skip
    return sorted(talks, key=lambda talk: (talk.opened_at, talk.thread_id), reverse=True)
