"""A model behind a provider on a real LangGraph server: nothing blocks, nothing leaks, it answers."""

import pytest
from langgraph_sdk import get_client

from tests.app.servers import langgraph_dev
from tests.llm.server import cited, completion, final, good, speaking

SECRET = "as our wizards in the warehouse say"


def behave(asked):
    """Answer the first question well, and every other one with a sentence of its own."""
    asked_last = [m for m in asked.body["messages"] if m["role"] == "user"][-1]["content"]
    if not ("delivery" in asked_last or asked.stopped) or not asked.passages:
        return good(asked)
    made = cited(asked)
    reply = f"{made['reply']} It is free for you, {SECRET}."
    return completion(calls=[("final_answer", final(reply, made["claims"]))])


@pytest.mark.server
async def test_it_answers_and_what_is_stopped_is_heard_by_nobody(tmp_path, monkeypatch, trained):
    (tmp_path / "data").mkdir()
    trained(tmp_path / "data")
    with speaking(behave) as provider:
        monkeypatch.setenv("HANDRAIL_MODEL", "openai:fake")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-tests")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{provider.url}/v1")
        with langgraph_dev(tmp_path) as url:
            async with get_client(url=url) as client:
                thread = (await client.threads.create())["thread_id"]

                async def say(text):
                    parts = [
                        part
                        async for part in client.runs.stream(
                            thread, "support",
                            input={"messages": [{"role": "user", "content": text}]},
                            stream_mode=["values", "updates", "messages-tuple", "custom"],
                            stream_subgraphs=True,
                        )
                    ]  # fmt: skip
                    assert not [part.data for part in parts if part.event == "error"]
                    state = await client.threads.get_state(thread)
                    return parts, state["values"]

                parts, state = await say("How long does a refund take?")
                assert state["owner"] == "ai", state
                words = [p.data[0]["content"] for p in parts if p.event.startswith("messages")]
                assert len([word for word in words if word]) > 10, "word by word"
                assert state["messages"][-1]["content"].startswith("".join(words)[:40])

                parts, state = await say("What does delivery cost?")
                assert state["owner"] == "human", state
                assert SECRET not in str(parts)
                assert SECRET not in str(state)
    assert any(SECRET in str(seen.body) for seen in provider.seen), "it was stopped, and told why"
    log = (tmp_path / "server.log").read_text("utf-8")
    assert "BlockingError" not in log
    assert SECRET not in log
