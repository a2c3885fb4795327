"""Handrail on a LangGraph server as a node of a graph of yours, which runs somewhere else."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AnyMessage, convert_to_messages
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk.client import LangGraphClient


class Shop(MessagesState, total=False):
    """Your state; `support_thread` is Handrail's thread of this conversation."""

    support_thread: str
    owner: str


def shop_with_support(
    client: LangGraphClient, checkpointer: BaseCheckpointSaver[Any]
) -> CompiledStateGraph[Shop, None, Shop, Shop]:
    """Build a graph of yours; `client` sends the token of the customer who is signed in.

    get_client(url=..., headers={"Authorization": f"Bearer {token}"}) makes one.
    """
    remote = RemoteGraph("support", client=client)

    async def support(state: Shop) -> dict[str, Any]:
        thread = state.get("support_thread")
        if thread is None:
            thread = (await client.threads.create())["thread_id"]
        asked = state["messages"][-1]
        message = {"role": "user", "content": asked.content, "id": asked.id}
        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        found = await remote.ainvoke({"messages": [message]}, config)
        # What a person has said since the last turn is new as well, and comes with this one.
        known = {each.id for each in state["messages"]}
        said: list[AnyMessage] = [
            each for each in convert_to_messages(found["messages"]) if each.id not in known
        ]
        return {"messages": said, "support_thread": thread, "owner": found["owner"]}

    builder = StateGraph(Shop)
    builder.add_node("support", support)
    builder.add_edge(START, "support")
    builder.add_edge("support", END)
    return builder.compile(checkpointer=checkpointer)
