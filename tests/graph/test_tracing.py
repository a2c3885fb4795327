"""What LangSmith gets: caught by a server on loopback, in a process of its own."""

import subprocess
import sys
import textwrap

import pytest

from tests.ear import listening

RUN = """
    import asyncio
    from langchain_core.messages import HumanMessage
    from langsmith.run_trees import get_cached_client
    from handrail.graph.graph import build_graph
    from tests.fake_services import fake_services, lazily

    graph = build_graph(lazily(fake_services()))
    said = "I am ana@example.com, card 4242 4242 4242 4242, my password is hunter2, a refund?"
    config = {"metadata": {"who": "ana@example.com"}}
    state = asyncio.run(graph.ainvoke({"messages": [HumanMessage(said)]}, config))
    assert "ana@example.com" in state["messages"][0].content
    get_cached_client().flush()
"""


@pytest.fixture
def langsmith():
    """Take whatever is sent, and keep it."""
    with listening() as (address, kept):
        yield address, kept


def test_no_trace_holds_what_must_not_leave(langsmith):
    address, kept = langsmith
    environment = {
        "LANGSMITH_TRACING": "true", "LANGSMITH_ENDPOINT": address, "LANGSMITH_API_KEY": "none",
        "LANGSMITH_DISABLE_RUN_COMPRESSION": "true", "PATH": "", "NO_PROXY": "*",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(RUN)], env=environment, timeout=200,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    sent = b"".join(kept)
    assert b"[e-mail]" in sent
    assert b"a refund?" in sent
    for secret in (b"ana@example.com", b"4242 4242", b"hunter2"):
        assert secret not in sent
