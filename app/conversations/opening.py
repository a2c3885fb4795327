"""Open the places that the settings name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from langgraph_sdk.client import LangGraphClient

from handrail.app.conversations.checkpointer import CheckpointerConversations, open_saver
from handrail.app.conversations.protocol import Conversations
from handrail.app.conversations.server import ServerConversations
from handrail.graph.settings import Settings

TIMEOUT_SECONDS = 30.0


@asynccontextmanager
async def open_conversations(
    settings: Settings, server: str | None
) -> AsyncIterator[list[Conversations]]:
    """Open the places that the settings name. Raises ConversationsDown."""
    places: list[Conversations] = []
    async with AsyncExitStack() as stack:
        url = server or settings.server_url
        if url:
            token = settings.service_token
            headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
            http = httpx.AsyncClient(base_url=url, headers=headers, timeout=TIMEOUT_SECONDS)
            places.append(
                ServerConversations(LangGraphClient(await stack.enter_async_context(http)))
            )
        if settings.checkpoints:
            saver = await stack.enter_async_context(
                open_saver(settings.checkpoints.get_secret_value())
            )
            places.append(CheckpointerConversations(saver))
        yield places
