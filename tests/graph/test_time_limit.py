"""A node may take its time, and no more."""

import asyncio

import pytest
from langgraph.errors import NodeTimeoutError

from handrail.graph.time_limit import time_limit


async def test_a_node_that_takes_too_long_is_cancelled_and_named():
    with pytest.raises(NodeTimeoutError) as caught:
        async with time_limit("answer", 0.01):
            await asyncio.Event().wait()
    assert (caught.value.node, caught.value.run_timeout) == ("answer", 0.01)


async def test_a_timeout_of_something_inside_is_its_own():
    with pytest.raises(TimeoutError):
        async with time_limit("answer", 30), asyncio.timeout(0.01):
            await asyncio.Event().wait()


async def test_what_is_quick_enough_passes():
    async with time_limit("answer", 30):
        await asyncio.sleep(0)
