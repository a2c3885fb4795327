"""Whose web pages may call this server: a short list, and the server's own pages.

Tokens say who is calling; this says from where. It stands in front of all routes on both servers,
whatever these allow by themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from handrail.app.access.tokens import BadSecret
from handrail.app.problems import Problem

STUDIO = "https://smith.langchain.com"
HERE = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SHOWN = ("content-location", "location", "retry-after", "x-pagination-total")
SECONDS = 600  # how long a browser may remember the answer


@dataclass(frozen=True)
class Origins:
    """The origins of pages that may call; `dev` adds those of this machine, and Studio's."""

    allowed: frozenset[str] = frozenset()
    dev: bool = False

    def may_call(self, origin: str, host: str) -> bool:
        """Tell whether a page of this origin may call a server that is called `host`."""
        if origin in self.allowed or (host and urlsplit(origin).netloc == host):
            return True
        return self.dev and (origin == STUDIO or HERE.fullmatch(origin) is not None)


def origins_in(listed: str) -> frozenset[str]:
    """Read origins with commas between. Raises BadSecret where one is none."""
    found = [each.strip().rstrip("/") for each in listed.split(",") if each.strip()]
    for each in found:
        parts = urlsplit(each)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
            raise BadSecret(f"{each!r} is no origin; write one like https://shop.example.com")
    return frozenset(found)


class KeepOrigins:
    """Refuse calls from pages that are not allowed, and tell browsers of those that are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._told = CORSMiddleware(
            app, allow_origin_regex=".*", allow_methods=METHODS, allow_headers=["*"],
            expose_headers=SHOWN, max_age=SECONDS,
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        origin = headers.get("origin")
        house = getattr(scope["app"].state, "house", None) if origin else None
        if origin is None or house is None:
            await self._app(scope, receive, send)
        elif house.origins.may_call(origin, headers.get("host", "")):
            await self._told(scope, receive, send)
        else:
            detail = "Pages of this origin may not call here; HANDRAIL_ORIGINS says which may."
            await Problem(403, "origin_not_allowed", detail).response()(scope, receive, send)
