"""Keep what has not passed the gate out of everything that a run streams."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import ensure_config

UNRELEASED = frozenset({"draft", "evidence"})  # keys of state that no listener may see
REVEALING = frozenset({"tasks", "debug", "checkpoints"})  # modes that show the inside of nodes
LISTENER = "__pregel_stream"  # LangGraph's key for whoever streams the graph around this one


class _Sieve:
    """A listener of LangGraph's that hears nothing which has not passed the gate."""

    def __init__(self, listener: Any) -> None:
        self.modes = listener.modes
        self._listener = listener

    def __call__(self, part: Any) -> None:
        self._listener(without_unreleased(part))


def sifted(config: RunnableConfig | None) -> RunnableConfig | None:
    """Return a configuration in which the listener of a graph around ours hears no draft.

    As a node of another graph, our steps go past `astream` straight to that listener.
    """
    listener = ensure_config(config).get("configurable", {}).get(LISTENER)
    if listener is None or isinstance(listener, _Sieve):
        return config
    given = config or RunnableConfig()
    within = {**given.get("configurable", {}), LISTENER: _Sieve(listener)}
    return {**given, "configurable": within}


def reveals(stream_mode: Any) -> bool:
    """Tell whether a stream shows more than the output of a run."""
    modes = [stream_mode] if isinstance(stream_mode, str) else stream_mode or []
    return not REVEALING.isdisjoint(modes)


async def released(stream: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """Yield the parts of a stream without what has not passed the gate."""
    async with aclosing(cast("AsyncGenerator[Any]", stream)) as running:
        async for part in running:
            yield without_unreleased(part)


def without_unreleased(part: Any) -> Any:
    """Return a part of a stream without drafts and their evidence; what holds none, as it is."""
    if isinstance(part, dict):
        return {k: without_unreleased(v) for k, v in part.items() if k not in UNRELEASED}
    if isinstance(part, list):
        return [without_unreleased(one) for one in part if not _writes_one(one)]
    if type(part) is tuple:
        return tuple(without_unreleased(one) for one in part if not _writes_one(one))
    return part


def _writes_one(value: Any) -> bool:
    """Tell whether this is a write of a node as the engine has it: the channel and the value."""
    is_write = isinstance(value, tuple) and len(value) > 1 and isinstance(value[0], str)
    return is_write and value[0] in UNRELEASED
