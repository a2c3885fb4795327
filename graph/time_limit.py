"""How long a node may take. LangGraph's own limit costs two more tasks for each node of a turn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from langgraph.errors import NodeTimeoutError

Found = TypeVar("Found")


async def in_time(node: str, seconds: float, work: Awaitable[Found]) -> Found:
    """Return what comes of `work`, cancelled after `seconds`. Raises NodeTimeoutError then."""
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(seconds) as limit:
            return await work
    except TimeoutError as problem:
        if not limit.expired():
            raise  # somebody else's
        took = asyncio.get_running_loop().time() - began
        raise NodeTimeoutError(node, took, kind="run", run_timeout=seconds) from problem
