"""A server that speaks OpenAI's protocol and behaves, or misbehaves, as a test wants."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from handrail.graph.writing.final import NAME as FINAL
from tests.loopback import Loopback, Reply, Seen, serving


@dataclass(frozen=True)
class Asked:
    """One call: the body, and which one it is since the server started, from 0."""

    body: dict[str, Any]
    number: int

    @property
    def results(self) -> list[dict[str, Any]]:
        """Return what the tools returned since the customer's last message."""
        found: list[dict[str, Any]] = []
        for message in self.body["messages"]:
            if message["role"] == "user" and "customer_message" in str(message["content"]):
                found = []
            elif message["role"] == "tool":
                inner = re.sub(r"^<tool_result>\n|\n</tool_result>$", "", message["content"])
                try:
                    found.append(json.loads(inner))
                except ValueError:
                    found.append({"error": inner})
        return found

    @property
    def stopped(self) -> bool:
        """Tell whether the check has stopped an answer before this call."""
        return "has stopped it" in str(self.body["messages"][-1]["content"])

    @property
    def passages(self) -> list[dict[str, Any]]:
        return [p for result in self.results for p in result.get("passages", [])]


Behaviour = Callable[[Asked], Reply]


def completion(
    content: str | None = None, calls: list[tuple[str, Any]] | None = None, **more: Any
) -> Reply:
    """Return a completion; the arguments of a call are an object, or the text as it is sent."""
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if calls:
        message["tool_calls"] = [
            {
                "id": f"call_{number}",
                "type": "function",
                "function": {
                    "name": name,
                    "arguments": args if isinstance(args, str) else json.dumps(args),
                },
            }
            for number, (name, args) in enumerate(calls)
        ]
    finish = more.pop("finish", "tool_calls" if calls else "stop")
    body = {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "fake-1",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110,
            "prompt_tokens_details": {"cached_tokens": 60},
        },
    }  # fmt: skip
    return Reply(json=body, **more)


def search(query: str = "How long does a refund take?", language: str = "en") -> Reply:
    return completion(calls=[("search_help_center", {"query": query, "language": language})])


def answer(reply: str, claims: list[dict[str, str]] | None = None, **more: Any) -> Reply:
    return completion(calls=[(FINAL, final(reply, claims, **more))])


def final(reply: str, claims: list[dict[str, str]] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "reply": reply,
        "claims": claims or [],
        "asks_for": "nothing",
        "confidence": 0.9,
        **more,
    }


def quoting(asked: Asked, **more: Any) -> Reply:
    """Answer with the first passage as it stands."""
    return completion(calls=[(FINAL, final(**cited(asked), **more))])


def cited(asked: Asked) -> dict[str, Any]:
    """Return a reply and its claim: the first passage as it stands."""
    passage = asked.passages[0]
    claim = {"text": passage["text"], "source": passage["id"], "quote": passage["text"]}
    return {"reply": passage["text"], "claims": [claim]}


def good(asked: Asked) -> Reply:
    """Look it up, then answer with the passage."""
    return quoting(asked) if asked.passages else search()


@contextmanager
def speaking(behave: Behaviour) -> Iterator[Loopback]:
    """Serve the protocol; each call for a completion is answered by `behave`."""
    number = iter(range(10_000))

    def reply(seen: Seen) -> Reply:
        if not seen.path.endswith("/chat/completions"):
            return Reply(json={"object": "list", "data": [{"id": "fake-1", "object": "model"}]})
        return behave(Asked(seen.json(), next(number)))

    with serving(reply) as server:
        yield server
