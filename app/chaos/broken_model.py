"""A server that speaks OpenAI's protocol and hangs, fails or answers nonsense, in turn."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI, Response

from handrail.app.prod.ports import HERE, free_port
from handrail.app.web_demo import serving

HANGS_SECONDS = 30
WAYS = ("hangs", "fails", "nonsense", "cut")


@dataclass
class BrokenModel:
    """Where it is, and how often it did what."""

    url: str
    did: Counter[str] = field(default_factory=Counter)


@contextmanager
def open_broken_model() -> Iterator[BrokenModel]:
    """Serve it on loopback."""
    port = free_port()
    model = BrokenModel(f"http://{HERE}:{port}/v1")
    app = FastAPI(openapi_url=None)

    @app.post("/v1/chat/completions")
    async def complete() -> Response:
        way = WAYS[model.did.total() % len(WAYS)]
        model.did[way] += 1
        if way == "hangs":
            await asyncio.sleep(HANGS_SECONDS)
        if way == "fails":
            return Response('{"error": {"message": "overloaded"}}', 500)
        if way == "nonsense":
            return Response('{"choices": null}', 200, media_type="application/json")
        return Response('{"choices": [{"index": 0, "mess', 200, media_type="application/json")

    with serving(app, port):
        yield model
