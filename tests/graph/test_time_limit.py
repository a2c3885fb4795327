"""A node may take its time, and no more."""

import asyncio

import pytest
from langgraph.errors import NodeTimeoutError

from handrail.graph.time_limit import in_time


async def test_a_node_that_takes_too_long_is_cancelled_and_named():
    with pytest.raises(NodeTimeoutError) as caught:
        await in_time("answer", 0.01, asyncio.Event().wait())
    assert (caught.value.node, caught.value.run_timeout) == ("answer", 0.01)


async def test_a_timeout_of_something_inside_is_its_own():
    async def work():
        async with asyncio.timeout(0.01):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await in_time("answer", 30, work())


async def test_what_is_quick_enough_passes():
    assert await in_time("answer", 30, asyncio.sleep(0, "done")) == "done"
