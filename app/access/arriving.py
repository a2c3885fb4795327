"""Where a call arrives, for servers that give the authentication nothing but headers."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True)
class Arrival:
    """One call: its method, its path on this server, and the address at the other end."""

    method: str
    path: str
    peer: str | None


ARRIVING: ContextVar[Arrival | None] = ContextVar("arriving", default=None)


def arrival_in(scope: Scope | dict[str, Any]) -> Arrival:
    """Return where a call arrives, by its ASGI scope."""
    path = str(scope.get("path", "")).removeprefix(str(scope.get("root_path") or ""))
    client = scope.get("client") or (None,)
    return Arrival(str(scope.get("method", "GET")), path, client[0])


class KeepArrival:
    """Remember where a call arrives while it is answered.

    Our application is the server's own on both servers, so that this stands around all routes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        before = ARRIVING.set(arrival_in(scope))
        try:
            await self._app(scope, receive, send)
        finally:
            ARRIVING.reset(before)
