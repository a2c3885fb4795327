"""Talk on a LangGraph server, with the customer's own credentials, which the server checks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import httpx
from langchain_core.messages import AnyMessage, convert_to_messages
from langgraph_sdk.client import LangGraphClient

from handrail.app.access.user import User
from handrail.app.desk.server import GRAPH
from handrail.app.talk.protocol import Happened, NotTheirs, Part, Said, Stands, TalkDown, Words

REFUSED = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}
)
CHUNK = "AIMessageChunk"


class ServerTalk:
    """Start runs as the customer whose credentials the client holds."""

    def __init__(self, client: LangGraphClient) -> None:
        self._client = client

    async def say(self, thread: str, said: Sequence[Said], user: User) -> AsyncIterator[Part]:
        """Run what is new on the server; the run goes on where the reader leaves."""
        if user.role != "customer" or user.thread is not None:
            raise NotTheirs(thread)
        try:
            await self._client.threads.create(thread_id=thread, if_exists="do_nothing")
            before = await self._client.threads.get_state(thread)
            known = {message.id for message in _stands(before["values"]).messages}
            is_cut = bool(before["next"]) and not before.get("interrupts")
            new = [one for one in said if is_cut or one.id not in known]
            if new:
                async for part in self._run(thread, new):
                    yield part
            after = await self._client.threads.get_state(thread)
        except httpx.HTTPStatusError as problem:
            status = problem.response.status_code
            if status in REFUSED:
                raise NotTheirs(thread) from problem
            raise TalkDown(f"The LangGraph server answered {status}") from problem
        except httpx.HTTPError as problem:
            raise TalkDown("The LangGraph server cannot be reached") from problem
        yield _stands(after["values"])

    async def _run(self, thread: str, new: Sequence[Said]) -> AsyncIterator[Part]:
        messages = [{"role": "user", "content": one.text, "id": one.id} for one in new]
        given: dict[str, Any] = {"messages": messages}
        async for part in self._client.runs.stream(
            thread,
            GRAPH,
            input=given,
            stream_mode=["messages-tuple", "custom"],
            multitask_strategy="enqueue",
            on_disconnect="continue",
            durability="sync",
        ):
            told: Any = part.data
            if part.event == "error":
                raise TalkDown("The run failed; the server's log says why")
            if part.event == "custom":
                yield Happened(told)
            elif part.event == "messages" and told[0].get("type") == CHUNK and told[0]["content"]:
                yield Words(told[0]["id"], str(told[0]["content"]))


def _stands(values: Any) -> Stands:
    """Return how a conversation stands, by what the server keeps; of a new one, nothing."""
    kept: Mapping[str, Any] = values if isinstance(values, Mapping) else {}
    messages: list[AnyMessage] = list(convert_to_messages(kept.get("messages") or []))  # type: ignore[arg-type]
    return Stands(messages, {name: it for name, it in kept.items() if name != "messages"})
