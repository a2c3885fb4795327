"""One request to a service and its answer, read within a time and a size."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from handrail.tools.backends.attempt import Lasting, Passing

COME_AGAIN = frozenset({429, 502, 503, 504})
BUSY = 429
DIGITS = 6
SHAPE = "Compare the service's answer with docs/backends.md."


@dataclass(frozen=True)
class Limits:
    """How long and how often: seconds for one attempt, seconds for all, attempts, bytes."""

    timeout: float = 3.0
    budget: float = 8.0
    attempts: int = 3
    most_bytes: int = 1_000_000


@dataclass(frozen=True)
class Request:
    """One attempt as it is sent; `path` is relative to the service's address."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] | None = None
    content: bytes | None = None


@dataclass(frozen=True)
class Answer:
    """What came back; `json` is None where there was no body."""

    status: int
    json: Any


async def exchange(
    client: httpx.AsyncClient,
    address: httpx.URL,
    request: Request,
    *,
    seconds: float,
    most_bytes: int,
    expect: frozenset[int],
) -> Answer:
    """Send one request and read the answer within `seconds`. Raises Passing or Lasting."""
    try:
        async with (
            asyncio.timeout(seconds),  # httpx's own are for each phase, and a drip passes them
            client.stream(
                request.method,
                address.join(request.path),
                headers={"accept-encoding": "identity", **request.headers},
                params=request.params,
                content=request.content,
            ) as answer,
        ):
            body = await _body(answer, most_bytes)
    except TimeoutError as problem:
        raise Passing(f"timed out after {seconds:.2g} s") from problem
    except httpx.HTTPError as problem:
        raise Passing(f"could not be reached ({type(problem).__name__})") from problem
    return _checked(answer, body, expect)


async def _body(answer: httpx.Response, most_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > most_bytes:
            raise Lasting(f"its answer is longer than {most_bytes} bytes", "Let it say less.")
    return bytes(body)


def _checked(answer: httpx.Response, body: bytes, expect: frozenset[int]) -> Answer:
    status = answer.status_code
    if status in COME_AGAIN and status not in expect:
        asked = answer.headers.get("retry-after", "")
        wait = float(asked) if asked.isascii() and asked.isdigit() and len(asked) <= DIGITS else 0
        told = f" and asked for {wait:.0f} s of rest" if wait else ""
        raise Passing(f"answered {status}{told}", wait=wait, counts=status != BUSY)
    if status not in expect:
        raise Lasting(f"answered {status}", "Check the address and the secret in the settings.")
    if not body:
        return Answer(status, None)
    try:
        return Answer(status, json.loads(body))
    except ValueError as problem:
        raise Lasting("its answer is no JSON", SHAPE) from problem
