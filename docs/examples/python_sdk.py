"""Talk to Handrail on a LangGraph server, with the token of the customer who is signed in."""

from __future__ import annotations

import asyncio
import sys
from typing import Any
from uuid import uuid4

from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

GRAPH = "support"


async def turn(client: LangGraphClient, thread: str, text: str) -> list[str]:
    """Send a message; return what was said to it. While a person has the conversation: nothing."""
    message = {"role": "user", "content": text, "id": str(uuid4())}  # sent again, it is one message
    given: dict[str, Any] = {"messages": [message]}
    state: dict[str, Any] = {}
    async for part in client.runs.stream(
        thread, GRAPH, input=given, stream_mode=["values", "messages-tuple", "custom"],
        multitask_strategy="enqueue", on_disconnect="continue",
    ):  # fmt: skip
        if part.event == "values":
            state = part.data
        elif part.event == "custom":
            sys.stderr.write(f"event: {part.data}\n")  # status, handoff, owner, survey
        elif part.event == "error":
            raise RuntimeError(part.data)
    ids = [known["id"] for known in state["messages"]]
    since = state["messages"][ids.index(message["id"]) + 1 :]
    return [said["content"] for said in since if said["type"] == "ai" and said["content"]]


async def main(url: str, token: str) -> None:
    """Have a conversation in the terminal."""
    async with get_client(url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        thread = (await client.threads.create())["thread_id"]
        while text := (await asyncio.to_thread(input, "You: ")).strip():
            for said in await turn(client, thread, text):
                sys.stdout.write(f"Handrail: {said}\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
