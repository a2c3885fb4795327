"""Run a model's work apart: nothing of it reaches a stream of the run around it.

A draft has not passed the gate, so neither its tokens nor its tool calls may be seen. LangGraph
streams what is inside a node in three ways, and each is closed here: by the handlers that a run
hands down (`messages`, `astream_events`), by the tag "nostream", and by the configuration that a
graph inside a graph inherits (`subgraphs=True`). Tracers are handed down as ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

from langchain_core.callbacks import AsyncCallbackManager, BaseCallbackHandler
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import var_child_runnable_config

T = TypeVar("T")
NOSTREAM = "nostream"


def apart(config: RunnableConfig) -> RunnableConfig:
    """Return the configuration for what runs inside: the tracers of this run, and no listeners."""
    inside: RunnableConfig = {"tags": [NOSTREAM], "callbacks": []}
    manager = config.get("callbacks")
    if isinstance(manager, AsyncCallbackManager):
        child = AsyncCallbackManager(handlers=[], parent_run_id=manager.parent_run_id)
        child.set_handlers([h for h in manager.inheritable_handlers if not listens(h)])
        child.add_metadata(manager.inheritable_metadata)
        inside["callbacks"] = child
    return inside


async def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine as if no graph were running around it; cancelled with the caller."""
    context = copy_context()
    context.run(var_child_runnable_config.set, None)
    return await asyncio.create_task(work, context=context)


def listens(handler: BaseCallbackHandler) -> bool:
    """Tell whether a handler passes on what runs say while they run, to whoever streams."""
    return hasattr(handler, "tap_output_aiter")
