"""How long a node may take. LangGraph's own limit costs two more tasks for each node of a turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from langgraph.errors import NodeTimeoutError


@asynccontextmanager
async def time_limit(node: str, seconds: float) -> AsyncIterator[None]:
    """Cancel what runs after `seconds`. Raises NodeTimeoutError, as LangGraph does."""
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError as problem:
        if not limit.expired():
            raise  # somebody else's
        took = asyncio.get_running_loop().time() - began
        raise NodeTimeoutError(node, took, kind="run", run_timeout=seconds) from problem
