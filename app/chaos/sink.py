"""Where our webhooks go: it counts what comes, and is slow or fails when a fault says so."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_bytes

from fastapi import FastAPI, Request, Response

from handrail.app.prod.ports import HERE, free_port
from handrail.app.web_demo import serving
from handrail.tools.signing import SECRET_PREFIX, BadSignature, verify


@dataclass
class Arrived:
    """One delivery: its id, what it is about, and what we answered (None: nothing)."""

    id: str
    kind: str
    handoff: str
    which: str
    answered: int | None


@dataclass
class Sink:
    """What arrived. `fails` and `waits` are the next deliveries' fate, by their number."""

    url: str
    secret: str
    arrived: list[Arrived] = field(default_factory=list)
    refused: int = 0
    fails: int = 0
    waits: float = 0.0

    def of(self, handoffs: set[str]) -> list[Arrived]:
        """Return what arrived about these handoffs."""
        return [it for it in self.arrived if it.handoff in handoffs]


def new_secret() -> str:
    """Return a secret to sign webhooks with."""
    return SECRET_PREFIX + b64encode(token_bytes(32)).decode()


@contextmanager
def open_sink() -> Iterator[Sink]:
    """Serve the sink on loopback."""
    port = free_port()
    sink = Sink(f"http://{HERE}:{port}/hook", new_secret())
    app = FastAPI(openapi_url=None)

    @app.post("/hook")
    async def take(request: Request) -> Response:
        body = await request.body()
        try:
            verify(sink.secret, request.headers, body, datetime.now(UTC), tolerance_seconds=10**6)
        except BadSignature:
            sink.refused += 1
            return Response(status_code=401)
        told = await request.json()
        about = told["data"]
        which = about.get("position") or about.get("by") or ""
        one = Arrived(
            request.headers["webhook-id"], told["type"], about["handoff_id"], str(which), None
        )
        sink.arrived.append(one)
        number = len(sink.arrived)
        if sink.waits:
            await asyncio.sleep(sink.waits)
        one.answered = 503 if sink.fails and number % sink.fails else 204
        return Response(status_code=one.answered)

    with serving(app, port):
        yield sink


def doubled(arrived: list[Arrived]) -> int:
    """Count effects that have more than one id: a receiver that knows ids would do them twice."""
    ids: dict[tuple[str, str, str], set[str]] = {}
    for it in arrived:
        ids.setdefault((it.kind, it.handoff, it.which), set()).add(it.id)
    return sum(len(each) - 1 for each in ids.values())


def again(arrived: list[Arrived]) -> int:
    """Count deliveries that came although an earlier one of the same id was taken with a 2xx."""
    taken = Counter(it.id for it in arrived if it.answered == 204)  # noqa: PLR2004 - taken
    return sum(count - 1 for count in taken.values())
