"""Give LangGraph the routers as it runs them fastest: a plain function would cost a thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from handrail.graph.state import State


def forked(route: Callable[[State], Any]) -> Callable[[State], Awaitable[Any]]:
    """Return a router that runs on the event loop, with the name and the edges of `route`."""

    @wraps(route)
    async def run(state: State) -> Any:
        return route(state)

    return run
