"""The other side: servers on loopback that speak what the products document."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.loopback import Reply, Seen


@dataclass
class Chatwoot:
    """One account: messages, statuses and typing; `failing` answers come first."""

    token: str = "bot-token"
    messages: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    typing: int = 0
    failing: list[Reply] = field(default_factory=list)
    kept_though_failing: bool = False

    def answer(self, seen: Seen) -> Reply:
        if seen.headers.get("api_access_token") != self.token:
            return Reply({"error": "Invalid Access Token"}, 401)
        found = re.fullmatch(r"/api/v1/accounts/3/conversations/(\d+)/(\w+)", seen.path)
        if found is None:
            return Reply({"error": "Resource could not be found"}, 404)
        if seen.method == "GET":
            return Reply({"meta": {}, "payload": self.messages})
        if found[2] == "toggle_typing_status":
            self.typing += 1
            return Reply()
        failed = self.failing.pop(0) if self.failing else None
        if failed is None or self.kept_though_failing:
            self._take(found[2], seen.json())
        return failed or Reply({"id": len(self.messages)})

    def _take(self, what: str, body: dict[str, Any]) -> None:
        if what == "messages":
            self.messages.append(body)
        elif what == "toggle_status":
            self.statuses.append(body["status"])

    @property
    def said(self) -> list[str]:
        return [message["content"] for message in self.messages if not message["private"]]

    @property
    def notes(self) -> list[str]:
        return [message["content"] for message in self.messages if message["private"]]


@dataclass
class Slack:
    """A workspace: what was posted, and the methods that a bot like ours calls."""

    posted: list[dict[str, Any]] = field(default_factory=list)
    failing: list[Reply] = field(default_factory=list)

    def answer(self, seen: Seen) -> Reply:
        reply = self._answer(seen)
        reply.headers["content-type"] = "application/json; charset=utf-8"
        return reply

    def _answer(self, seen: Seen) -> Reply:
        method = seen.path.partition("?")[0].removeprefix("/api/")
        if seen.headers.get("authorization") != "Bearer xoxb-1":
            return Reply({"ok": False, "error": "invalid_auth"})
        given = _given(seen)
        if method == "chat.postMessage":
            if self.failing:
                return self.failing.pop(0)
            self.posted.append(given)
        return Reply({"ok": True, **self._known(method, given)})

    def _known(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        return {
            "auth.test": {"team_id": "T1", "user_id": "UBOT", "bot_id": "BBOT", "user": "handrail"},
            "chat.postMessage": {"channel": given.get("channel"), "ts": "9.000001"},
            "chat.getPermalink": {"permalink": "https://x.slack.com/archives/thread"},
            "usergroups.users.list": {"users": ["UOMAR"]},
            "users.info": {"user": {"id": given.get("user"), "real_name": "Omar"}},
            "conversations.replies": {"messages": self.posted},
        }[method]

    def texts(self, channel: str) -> list[str]:
        return [post["text"] for post in self.posted if post["channel"] == channel]


@dataclass
class Hook:
    """A product that takes signed webhooks."""

    failing: list[Reply] = field(default_factory=list)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def answer(self, seen: Seen) -> Reply:
        event = seen.json()
        if self.failing and event["type"] != "typing.started":
            return self.failing.pop(0)
        self.events.append((event["type"], event["data"]))
        return Reply(status=204, raw=b"")

    def said(self) -> list[str]:
        return [data["text"] for kind, data in self.events if kind == "message.sent"]

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events if kind != "typing.started"]


def chatwoot_headers(body: bytes, secret: str, *, age: int = 0) -> dict[str, str]:
    at = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"x-chatwoot-timestamp": at, "x-chatwoot-signature": f"sha256={digest}"}


def slack_headers(body: bytes, secret: str, *, age: int = 0) -> dict[str, str]:
    at = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256)
    return {
        "x-slack-request-timestamp": at, "x-slack-signature": f"v0={digest.hexdigest()}",
        "content-type": "application/json",
    }  # fmt: skip


def _given(seen: Seen) -> dict[str, Any]:
    if "json" in seen.headers.get("content-type", ""):
        return seen.json()
    text = seen.body.decode() or seen.path.partition("?")[2]
    given: dict[str, Any] = {name: values[0] for name, values in parse_qs(text).items()}
    if "metadata" in given:
        given["metadata"] = json.loads(given["metadata"])
    return given
