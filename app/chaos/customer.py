"""A customer's client: its own message ids, sent again after a failure, until an outcome stands."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

import httpx

from handrail.app.chaos.outcome import has_outcome
from handrail.app.chaos.played import Said

PATIENCE_SECONDS = 150.0
STREAM_SECONDS = 60.0
GLANCE_SECONDS = 5.0  # while a stream says nothing new
LOOK_SECONDS = 12.0  # at the thread, before a message that was taken is sent once more
PAUSE_SECONDS = 1.0
TRY_LATER = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
FAILED = (httpx.TransportError, TimeoutError, json.JSONDecodeError)


class Refused(Exception):
    """The server said no to what a well-behaved client does."""


class Customer:
    """Talk to one thread as a browser would."""

    def __init__(
        self, http: httpx.AsyncClient, thread: str, headers: Mapping[str, str], *, twice: bool
    ) -> None:
        self._http = http
        self._thread = thread
        self._headers = dict(headers)
        self._twice = twice

    async def open(self) -> None:
        """Create the thread, under an id of the client's own so that it may be asked for again."""
        body = {"thread_id": self._thread, "if_exists": "do_nothing"}
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                answer = await self._http.post("/threads", json=body, headers=self._headers)
            except httpx.TransportError:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if answer.is_success:
                return
            await _wait_or_refuse(answer)

    async def say(self, said: Said) -> dict[str, Any]:
        """Send a message until its outcome stands; return the thread's values then."""
        began = time.monotonic()
        values: dict[str, Any] = {}
        while time.monotonic() - began < PATIENCE_SECONDS:
            said.tries += 1
            sent = await self._send_and_glance(said)
            looked = time.monotonic() + (LOOK_SECONDS if said.accepted else 0)
            while True:
                values = await self._values()
                if has_outcome(values, said.id):
                    said.accepted = True  # whatever the post was answered: a 500 may follow a run
                    said.seconds = time.monotonic() - began
                    return values
                if time.monotonic() > looked:
                    break
                await asyncio.sleep(PAUSE_SECONDS / 2)
            if not all(sent):
                await asyncio.sleep(PAUSE_SECONDS)
        return values

    async def _send_and_glance(self, said: Said) -> list[bool]:
        """Send a message, once or twice; end before the stream does where an outcome stands.

        The widget looks at the thread whenever it hears that something has changed: a stream may
        go silent when a worker dies.
        """
        copies = 2 if self._twice else 1
        sending = [asyncio.create_task(self._send(said)) for _ in range(copies)]
        try:
            while True:
                _, left = await asyncio.wait(sending, timeout=GLANCE_SECONDS)
                if not left:
                    return [each.result() for each in sending]
                if said.accepted and has_outcome(await self._values(), said.id):
                    return [False]
        finally:
            for each in sending:
                each.cancel()
            await asyncio.gather(*sending, return_exceptions=True)

    async def _send(self, said: Said) -> bool:
        """Post a message and read its stream to the end; False where it broke off."""
        body = {
            "assistant_id": "support", "stream_mode": ["values", "custom"],
            "input": {"messages": [{"type": "human", "id": said.id, "content": said.text}]},
        }  # fmt: skip
        url = f"/threads/{self._thread}/runs/stream"
        try:
            async with (
                asyncio.timeout(STREAM_SECONDS),
                self._http.stream("POST", url, json=body, headers=self._headers) as answer,
            ):
                if not answer.is_success:
                    await answer.aread()
                    await _wait_or_refuse(answer)
                    return False
                said.accepted = True
                events = [
                    line.removeprefix("event:").strip()
                    async for line in answer.aiter_lines()
                    if line.startswith("event:")
                ]
                return "end" in events and "error" not in events
        except FAILED:
            return False

    async def _values(self) -> dict[str, Any]:
        """Return what stands in the thread; nothing while it cannot be read or a turn goes on."""
        url = f"/threads/{self._thread}/state"
        try:
            answer = await self._http.get(url, headers=self._headers)
            state: dict[str, Any] = answer.json() if answer.is_success else {}
        except FAILED:
            return {}
        return {} if state.get("next") else state.get("values") or {}


async def _wait_or_refuse(answer: httpx.Response) -> None:
    """Wait as long as the server asks, or a moment. Raises Refused for what no waiting mends."""
    if answer.status_code not in TRY_LATER:
        raise Refused(f"{answer.request.url.path}: {answer.status_code} {answer.text[:300]}")
    asked = answer.headers.get("retry-after", "")
    await asyncio.sleep(float(asked) if asked.isdigit() else PAUSE_SECONDS)
