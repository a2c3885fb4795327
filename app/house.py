"""What the routes work with: the services, the gate, the desk and the links to surveys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from handrail.app.access.acting import ActingTokens
from handrail.app.access.flow import Flow, open_counter, open_flow
from handrail.app.access.gate import Gate, NotAdmitted, shared_gate
from handrail.app.access.limit import Limit
from handrail.app.access.origins import Origins, origins_in
from handrail.app.access.taking_out import TakeOut, as_it_is
from handrail.app.access.user import User
from handrail.app.access.visitors import Visitors
from handrail.app.channels.inbox import Inbox
from handrail.app.desk.protocol import Desk
from handrail.app.desk.server import ServerDesk, client_for
from handrail.app.live import Live
from handrail.app.opening import CANNOT_OPEN
from handrail.app.pages import Pages
from handrail.app.problems import Problem, down
from handrail.app.surveys import SurveyLinks, open_survey_links
from handrail.app.talk.protocol import Talk
from handrail.graph.services import LazyServices, Services
from handrail.graph.settings import Settings, plain
from handrail.graph.shared import shared_services
from handrail.store.audit.protocol import Audit
from handrail.store.secret import open_secret

OPENING_SECONDS = 20


@dataclass
class House:
    """All of it. Without a `desk` and a `talk` of its own, runs are the LangGraph server's."""

    services: LazyServices
    gate: Gate
    links: SurveyLinks
    public_url: str | None = None
    server_url: str | None = None
    desk: Desk | None = None
    talk: Talk | None = None
    acting: ActingTokens | None = None
    visitors: Visitors | None = None
    visitor_limit: Limit = field(default_factory=lambda: Limit("30/minute"))
    flow: Flow = field(default_factory=Flow)
    origins: Origins = field(default_factory=Origins)
    pages: Pages = field(default_factory=Pages)
    take_out: TakeOut = as_it_is
    inbox: Inbox | None = None  # of chat products, where any is set up
    live: Live = field(init=False)
    _opening: asyncio.Task[Services] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Hear of changes by the audit trail of the services in force."""
        self.live = Live(self._audit)

    async def _audit(self) -> Audit:
        return (await self.opened()).audit

    async def opened(self) -> Services:
        """Return the services. Raises Problem 503 while they open, and where they cannot be.

        One task opens them, however many ask: the first time it may take minutes.
        """
        try:
            if not self.services.ready:
                await self._open()
            return await self.services.latest()
        except CANNOT_OPEN as problem:
            raise down(f"The services cannot be opened: {problem}") from problem

    async def _open(self) -> None:
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self.services.get())
        done, _ = await asyncio.wait({self._opening}, timeout=OPENING_SECONDS)
        if not done:
            raise down("The services are still opening")
        await self._opening


def open_house(settings: Settings) -> House:
    """Return the house that the settings describe; blocking.

    Raises NotConfigured or BadSecret where nobody could be told from anybody else, and StoreDown
    where no secret can be kept, and BadAddress where limits cannot be counted: then the server does
    not start.
    """
    counter = open_counter(settings)
    secret = open_secret(plain(settings.secret), settings.data)
    return House(
        services=shared_services(),
        gate=shared_gate(),
        links=open_survey_links(settings),
        public_url=settings.public_url,
        server_url=settings.server_url,
        acting=ActingTokens(secret),
        visitors=Visitors(secret) if settings.visitors else None,
        visitor_limit=Limit(settings.visitor_limit, counter),
        flow=open_flow(settings, counter),
        origins=Origins(origins_in(settings.origins), dev=settings.dev),
        pages=Pages(origins_in(settings.frame_origins), settings.desk_token_url),
    )


def house_of(request: Request) -> House:
    """Return what the application was opened with."""
    return cast("House", request.app.state.house)


InHouse = Annotated[House, Depends(house_of)]
TOKEN = HTTPBearer(auto_error=False, bearerFormat="JWT", description="Signed by your product.")


async def services_of(house: InHouse) -> Services:
    """Return the open services. Raises Problem."""
    return await house.opened()


async def caller_of(request: Request, house: InHouse) -> User:
    """Return who is calling, whoever it is. Raises Problem 401."""
    try:
        peer = request.client.host if request.client else None
        return await house.gate.admit(request.headers, peer)
    except NotAdmitted as problem:
        raise Problem(
            401, "not_signed_in", problem.detail, headers={"WWW-Authenticate": "Bearer"}
        ) from problem


async def agent_of(user: Annotated[User, Depends(caller_of)]) -> User:
    """Return who is calling, where they work at the desk. Raises Problem 401 or 403."""
    if not user.at_the_desk:
        raise Problem(403, "not_allowed", "The desk is for agents and services.")
    return user


async def desk_of(
    request: Request, house: InHouse, services: Annotated[Services, Depends(services_of)]
) -> AsyncIterator[Desk]:
    """Return the desk: the house's own, or the server around us with the caller's credentials."""
    if house.desk:
        yield house.desk
        return
    async with client_for(request.app, request.headers, house.server_url) as client:
        yield ServerDesk(client, house.acting, services.audit)


OpenServices = Annotated[Services, Depends(services_of)]
Caller = Annotated[User, Depends(caller_of)]
Agent = Annotated[User, Depends(agent_of)]
AtDesk = Annotated[Desk, Depends(desk_of)]
