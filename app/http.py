"""The routes under /handrail. langgraph.json names `app`; it runs by itself as well.

On a LangGraph server this is the application that the server's own API is added to.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI

from handrail.app.access.arriving import KeepArrival
from handrail.app.access.keep_flow import KeepFlow
from handrail.app.access.origins import KeepOrigins
from handrail.app.access.taking_out import TakeOut, TakingOut
from handrail.app.access.user import User
from handrail.app.channels.standing_by import duties_of, inbox_of
from handrail.app.duties import on_duty
from handrail.app.embedded import Handrail
from handrail.app.house import House, open_house
from handrail.app.logs import clean_logs
from handrail.app.problems import MEDIA_TYPE
from handrail.app.production.checking import refuse_unsafe
from handrail.app.routes import (
    acts,
    agui,
    approvals,
    channels,
    conversations,
    csat,
    customers,
    desk,
    handoffs,
    health,
    insights,
    live,
    me,
    pages,
    surveys,
    trails,
    visitors,
    widget,
)  # fmt: skip
from handrail.app.telemetry import open_telemetry
from handrail.graph.context import Context
from handrail.graph.door import storable
from handrail.graph.services import LazyServices
from handrail.graph.settings import Settings
from handrail.graph.tracing import hidden_by

ROUTERS: tuple[APIRouter, ...] = (
    health.router, handoffs.router, desk.router, acts.router, approvals.router, csat.router,
    surveys.router, insights.router, visitors.router, conversations.router, live.router, me.router,
    trails.router, widget.router, pages.router, channels.router, customers.router, agui.router,
)  # fmt: skip
log = structlog.get_logger("handrail")
ABOUT = """
The desk of Handrail: what was handed to people, and what they do with it. Every act is an event
that the graph carries out, so that a conversation has one writer.

Send `Authorization: Bearer <JWT>` with the claims `sub`, `role` (agent or service) and `exp`,
or a service key.
"""


class Api(FastAPI):
    """An application whose documentation says in which form problems come."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        if self.openapi_schema is None:
            for operation in _operations(super().openapi()):
                _name_problems(operation)
        return super().openapi()


def build_app(
    house: House | None = None,
    take_out: TakeOut | None = None,
    *,
    embedded: Handrail | None = None,
) -> FastAPI:
    """Build the application. Its routes work with `house`, or with this process's own.

    `take_out` changes the texts of customers before the LangGraph server has them; left out, it
    takes secrets and one-time codes out. With `embedded` there is no such server: turns and acts
    are runs of that graph in this process. A product that mounts the application runs its
    lifespan: `async with app.router.lifespan_context(app)`.
    """

    @asynccontextmanager
    async def open_doors(_: FastAPI) -> AsyncIterator[None]:
        if house is not None:
            yield
            return
        settings = Settings()
        await asyncio.to_thread(refuse_unsafe, settings, on_server=embedded is None)
        opened = await asyncio.to_thread(open_house, settings)
        if embedded is not None:
            opened = replace(opened, services=embedded.services, desk=embedded, talk=embedded.talk)
        if opened.gate.dev:
            log.warning("development_mode", means="whoever is on this machine needs no token")
        services = opened.services
        api.state.house = replace(opened, take_out=take_out or _door(services))
        hidden = partial(hidden_by, services)
        flush = await asyncio.to_thread(open_telemetry, settings, hidden)
        try:
            with clean_logs(hidden):
                async with inbox_of(api.state.house, settings, api) as inbox:
                    api.state.house.inbox = inbox
                    more = duties_of(inbox, services, api.state.house.live) if inbox else {}
                    async with on_duty(services, settings, more):
                        yield
                        if embedded is not None:
                            await embedded.settled()
        finally:
            await asyncio.to_thread(flush)

    api = Api(
        title="Handrail",
        version="0.1.0",
        description=ABOUT,
        openapi_url="/handrail/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=open_doors,
        # FastAPI's own has whole addresses; that of a survey is a secret.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    api.state.house = house
    api.add_middleware(TakingOut)
    api.add_middleware(KeepFlow)
    api.add_middleware(KeepArrival)
    api.add_middleware(KeepOrigins)
    for router in ROUTERS:
        # Not include_router: the server that wraps each route cannot wrap what that makes.
        api.router.routes.extend(router.routes)
    return api


def _door(services: LazyServices) -> TakeOut:
    """Return what takes secrets and one-time codes out of a customer's text."""

    async def take_out(user: User, thread_id: str, text: str) -> str:
        context = Context(customer_id=user.customer_id, verified=user.verified)
        return await storable(await services.get(), context, thread_id, text)

    return take_out


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def _name_problems(operation: dict[str, Any]) -> None:
    """Move the shape of problems from the route's own media type to theirs."""
    for response in operation["responses"].values():
        content = response.get("content", {})
        for kind, media in list(content.items()):
            if media.get("schema", {}).get("$ref", "").endswith("/ProblemBody"):
                content[MEDIA_TYPE] = {"schema": {"$ref": media["schema"].pop("$ref")}}
                if not media["schema"]:
                    del content[kind]


app = build_app()
