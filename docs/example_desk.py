"""A desk of one's own, connected to Handrail: tickets in memory, and what its agents do with them.

Handrail posts signed webhooks to `/handrail-webhook`. They say which handoff something happened
to; how it stands is read from Handrail, so that late, doubled or swapped webhooks do no harm.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
from fastapi import FastAPI, Request, Response

from handrail.tools.signing import BadSignature, verify

ATTEMPTS = 3


class Refused(Exception):
    """Handrail does not let an agent do this now; says why, in words for the agent."""


def signing(secret: str) -> Callable[[str | None], str]:
    """Return what signs tokens with the secret that Handrail has as HANDRAIL_JWT_SECRET."""

    def token_for(agent: str | None) -> str:
        who = {"sub": "example-desk", "role": "service"}
        if agent is not None:  # customers read the name
            who = {"sub": agent, "role": "agent", "name": agent.title()}
        ends = datetime.now(UTC) + timedelta(minutes=5)
        return jwt.encode({**who, "exp": ends}, secret, algorithm="HS256")

    return token_for


@dataclass
class Ticket:
    """One handoff, as the agents of this desk see it."""

    packet: dict[str, Any]
    conversation: list[dict[str, Any]] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)


class ExampleDesk:
    """Keep one ticket for each handoff, and send back what agents do.

    `handrail` has Handrail's address as its base URL, and waits for longer than a turn can take.
    `token_for` signs a token for an agent, or for this back end where it is given None.
    """

    def __init__(
        self, handrail: httpx.AsyncClient, secret: str, token_for: Callable[[str | None], str]
    ) -> None:
        self.tickets: dict[str, Ticket] = {}
        self.app = FastAPI()
        self.app.post("/handrail-webhook")(self.webhook)
        self._handrail, self._secret, self._token_for = handrail, secret, token_for
        self._seen: set[str] = set()
        self._turn = asyncio.Lock()

    async def webhook(self, request: Request) -> Response:
        """Answer 204 once the ticket is up to date; any error has Handrail send it again."""
        try:
            await self.receive(request.headers, await request.body())
        except BadSignature:
            return Response(status_code=401)
        except httpx.HTTPError:
            return Response(status_code=503)
        return Response(status_code=204)

    async def receive(self, headers: Mapping[str, str], body: bytes) -> None:
        """Take one webhook, whose body must not have been touched. Raises BadSignature."""
        verify(self._secret, headers, body, datetime.now(UTC))
        told, sent_as = json.loads(body), headers["webhook-id"]
        async with self._turn:
            if sent_as in self._seen:
                return
            ticket = await self._up_to_date(told["data"]["handoff_id"])
            if told["type"].startswith("alarm."):
                ticket.alarms.append(told["type"])
            self._seen.add(sent_as)  # last of all: what failed before is taken when it comes again

    async def catch_up(self) -> None:
        """Read what is not over, and what tickets say is not: at start, and every so often."""
        found = {id_ for id_, ticket in self.tickets.items() if not ticket.packet["closed_at"]}
        wanted: dict[str, Any] = {"unfinished": True, "limit": 100}
        while wanted.get("after", "") is not None:
            page = await self._read("/handrail/handoffs", **wanted)
            found |= {standing["id"] for standing in page["items"]}
            wanted["after"] = page["next"]
        async with self._turn:
            for handoff in sorted(found):
                await self._up_to_date(handoff)

    async def act(self, handoff: str, agent: str, act: str, key: str, **body: Any) -> Any:
        """Carry out an act of an agent: claim, reply, hand-back, resolve. Raises Refused.

        `key` names what the agent did, such as the id of a comment: whatever happens on the way,
        the same key is carried out once.
        """
        headers = {"Idempotency-Key": key, "Authorization": f"Bearer {self._token_for(agent)}"}
        url = f"/handrail/handoffs/{handoff}/{act}"
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = await self._handrail.post(url, headers=headers, json=body or None)
            except httpx.TransportError:  # it may have been done or not; the key makes that safe
                if attempt == ATTEMPTS:
                    raise
                continue
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
        if answer.status_code in {409, 410, 422}:
            raise Refused(answer.json()["detail"])
        return answer.raise_for_status().json()

    async def _up_to_date(self, handoff: str) -> Ticket:
        packet = await self._read(f"/handrail/handoffs/{handoff}")
        ticket = self.tickets.setdefault(handoff, Ticket(packet))
        ticket.packet = packet
        after: int | None = len(ticket.conversation)
        while after is not None:
            page = await self._read(f"/handrail/handoffs/{handoff}/transcript", after=after)
            ticket.conversation += page["items"]
            after = page["next"]
        return ticket

    async def _read(self, path: str, **wanted: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._token_for(None)}"}
        answer = await self._handrail.get(path, params=wanted, headers=headers)
        return answer.raise_for_status().json()
