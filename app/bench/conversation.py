"""One new conversation on a LangGraph server, timed as a customer's browser meets it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import httpx

WORDS = frozenset({"messages", "messages/partial", "messages/complete"})


@dataclass(frozen=True)
class Timed:
    """Seconds from the call that opens the thread; `word` is None where no word was to come."""

    word: float | None
    whole: float
    problem: str | None = None


async def hold(http: httpx.AsyncClient, graph: str, text: str, headers: Mapping[str, str]) -> Timed:
    """Open a thread, say something, and read the stream to its end."""
    began = time.perf_counter()
    word: float | None = None
    try:
        opened = await http.post("/threads", json={}, headers=headers)
        if not opened.is_success:
            return _failed(began, opened.status_code, opened.text)
        body = {
            "assistant_id": graph,
            "stream_mode": ["messages-tuple", "values"],
            "input": {"messages": [{"type": "human", "id": str(uuid4()), "content": text}]},
        }
        url = f"/threads/{opened.json()['thread_id']}/runs/stream"
        async with http.stream("POST", url, json=body, headers=headers) as answer:
            if not answer.is_success:
                return _failed(began, answer.status_code, (await answer.aread()).decode())
            event = ""
            async for line in answer.aiter_lines():
                if line.startswith("event:"):
                    event = line.removeprefix("event:").strip()
                elif line.startswith("data:") and event == "error":
                    return _failed(began, 200, line)
                elif word is None and event in WORDS and line.startswith("data:"):
                    word = time.perf_counter() - began if _is_said(line[5:]) else None
    except httpx.TransportError as problem:
        return _failed(began, 0, repr(problem))
    return Timed(word, time.perf_counter() - began)


def _is_said(data: str) -> bool:
    """Tell whether a piece of the stream holds a word that the customer sees."""
    try:
        piece = json.loads(data)
    except ValueError:
        return False
    first = piece[0] if isinstance(piece, list) and piece else piece
    return isinstance(first, dict) and first.get("type") != "human" and bool(first.get("content"))


def _failed(began: float, status: int, said: str) -> Timed:
    return Timed(None, time.perf_counter() - began, f"{status} {said[:200]}")
