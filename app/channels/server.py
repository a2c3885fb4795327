"""Runs on a LangGraph server, each with a token of whoever it is on behalf of."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import httpx
from langgraph_sdk.client import LangGraphClient

from handrail.app.access.acting import ActingTokens
from handrail.app.access.channel_tokens import ChannelTokens, login_of
from handrail.app.access.user import User
from handrail.app.channels.runs import Standing, standing_in
from handrail.app.desk.protocol import NOT_ALLOWED, DeskDown, ThreadGone
from handrail.app.desk.server import GONE, GRAPH
from handrail.graph.state import Event

RUN: dict[str, Any] = {
    "multitask_strategy": "enqueue", "durability": "sync", "raise_error": False,
}  # fmt: skip


class ServerRuns:
    """Start runs with tokens that the server checks again; `client` itself holds none."""

    def __init__(
        self, client: LangGraphClient, customers: ChannelTokens, acting: ActingTokens
    ) -> None:
        self._client = client
        self._customers = customers
        self._acting = acting

    async def say(self, thread_id: str, message_id: str, text: str, customer: User) -> None:
        """Run a customer's message, on a thread that is theirs."""
        said = {"role": "user", "content": text, "id": message_id}
        given: dict[str, Any] = {"messages": [said]}
        try:
            await self._client.threads.create(
                thread_id=thread_id, if_exists="do_nothing", headers=self._as(customer)
            )
            state = await self._client.runs.wait(
                thread_id, GRAPH, input=given, headers=self._as(customer), **RUN
            )
        except httpx.HTTPError as problem:
            raise _down(problem) from problem
        _finished(state)

    async def act(self, thread_id: str, event: Event, agent: User) -> str | None:
        """Carry out an agent's act."""
        owner = login_of(agent.channel or "", thread_id)
        token = self._acting.issue(owner, agent, thread_id)
        given: dict[str, Any] = {"messages": [], "event": dict(event)}
        try:
            state = await self._client.runs.wait(
                thread_id, GRAPH, input=given, headers=_bearer(token), **RUN
            )
        except httpx.HTTPStatusError as problem:
            status = problem.response.status_code
            if status in GONE:
                raise ThreadGone(thread_id) from problem
            if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
                return NOT_ALLOWED
            raise _down(problem) from problem
        except httpx.HTTPError as problem:
            raise _down(problem) from problem
        refused = _finished(state).get("refused")
        return str(refused) if refused else None

    async def standing(self, thread_id: str, customer: User) -> Standing:
        """Read how a conversation stands."""
        try:
            state = await self._client.threads.get_state(thread_id, headers=self._as(customer))
        except httpx.HTTPStatusError as problem:
            if problem.response.status_code in GONE:
                return Standing()
            raise _down(problem) from problem
        except httpx.HTTPError as problem:
            raise _down(problem) from problem
        values = state["values"]
        return standing_in(values if isinstance(values, dict) else {})

    def _as(self, customer: User) -> dict[str, str]:
        return _bearer(self._customers.issue(customer))


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def _finished(state: Any) -> dict[str, Any]:
    if not isinstance(state, dict) or "__error__" in state:
        raise DeskDown("The run failed; the server's log says why")
    return state


def _down(problem: httpx.HTTPError) -> DeskDown:
    if isinstance(problem, httpx.HTTPStatusError):
        return DeskDown(f"The LangGraph server answered {problem.response.status_code}")
    return DeskDown(f"The LangGraph server cannot be reached: {type(problem).__name__}")
