"""The channels of a server: opened with it, and worked on while it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import httpx
from starlette.types import ASGIApp

from handrail.app.access.channel_tokens import ChannelTokens
from handrail.app.channels.duty import watch_forever, work_forever
from handrail.app.channels.inbox import Inbox
from handrail.app.channels.opening import open_channels
from handrail.app.channels.sending import Sender
from handrail.app.channels.server import ServerRuns
from handrail.app.channels.worker import Worker
from handrail.app.desk.server import client_for
from handrail.app.house import House
from handrail.app.live import Live
from handrail.graph.clock import now
from handrail.graph.services import LazyServices
from handrail.graph.settings import Settings, plain
from handrail.store.secret import open_secret


@asynccontextmanager
async def inbox_of(house: House, settings: Settings, app: ASGIApp) -> AsyncIterator[Inbox | None]:
    """Open the channels that the settings name; None where none is. Raises BadAddress.

    Their runs go to the LangGraph server around `app`, or to the one that the settings name.
    """
    async with httpx.AsyncClient() as client:
        channels = open_channels(settings, client)
        if not channels or house.acting is None:
            yield None
            return
        secret = open_secret(plain(settings.secret), settings.data)
        async with client_for(app, {}, settings.server_url) as server:
            runs = ServerRuns(server, ChannelTokens(secret), house.acting)
            sender = Sender(channels, house.links.link, house.public_url)
            yield Inbox(channels, Worker(house.services, runs, sender))


def duties_of(
    inbox: Inbox, services: LazyServices, live: Live
) -> dict[str, Callable[[], Awaitable[None]]]:
    """Return what is done for the channels while a server runs."""
    return {
        "channels": partial(work_forever, inbox, services, now),
        "channels_watch": partial(watch_forever, inbox, services, live, now),
    }
