"""A conversation's checkpoints stand in the order they were made, whatever a clock does.

The latest checkpoint of a thread is the one with the highest id, and an id begins with the time of
the process that made it. Where a clock is set back, or that of another worker is behind, a turn
would be kept under an earlier id than the turn before it, and nobody would see it again.
"""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.checkpoint.base import id as checkpoint_ids

_LAST = "_last_v6_timestamp"  # LangGraph's, in each process: the time in the last id that it made
_VERSION = 6


def in_order(saver: BaseCheckpointSaver[Any]) -> None:
    """Have this process make no id, from now on, that is before a checkpoint it has read.

    The checkpointer stays the same object, with a method of its own for reading the latest.
    """
    if "aget_tuple" in vars(saver):
        return
    read = saver.aget_tuple

    async def aget_tuple(config: RunnableConfig) -> CheckpointTuple | None:
        found = await read(config)
        if found is not None:
            come_after(found.checkpoint["id"])
        return found

    vars(saver)["aget_tuple"] = aget_tuple


def come_after(checkpoint_id: str) -> None:
    """Have the next ids of this process be higher than this one; as a logical clock does.

    LangGraph has no name for its last time in its interface: where a release keeps it elsewhere,
    ids are as it makes them.
    """
    try:
        made = checkpoint_ids.UUID(checkpoint_id)
    except ValueError:
        return  # of a checkpointer with ids of its own kind
    if made.version == _VERSION and hasattr(checkpoint_ids, _LAST):
        last = getattr(checkpoint_ids, _LAST) or 0  # none in a process that has made no id yet
        setattr(checkpoint_ids, _LAST, max(last, made.time))
