"""Walk a built graph without the engine: the same nodes, edges and reducers, in one task.

The engine's tasks, timeouts, callbacks and channel versions cost several times what a decision
costs. Where thousands of rows are decided and nothing is kept, none of them is needed.
"""

from __future__ import annotations

import inspect
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.channels.binop import BinaryOperatorAggregate
from langgraph.graph import END, START
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from handrail.graph.context import Context
from handrail.graph.state import State

Node = Callable[..., Awaitable[dict[str, Any]]]


class Walk:
    """Read the drawing from a compiled graph of ours, and follow it for one turn at a time.

    `spent` adds up the milliseconds of each node.
    """

    def __init__(self, graph: CompiledStateGraph[Any, Any, Any, Any]) -> None:
        builder = graph.builder
        self.spent: dict[str, float] = defaultdict(float)
        self._nodes: dict[str, tuple[Node, frozenset[str]]] = {}
        for name, spec in builder.nodes.items():
            node = getattr(spec.runnable, "afunc", None)
            if node is not None and not spec.is_error_handler:
                self._nodes[name] = (node, frozenset(inspect.signature(node).parameters))
        self._edges = builder.edges
        self._joins = [(frozenset(sources), target) for sources, target in builder.waiting_edges]
        self._forks: dict[str, list[Callable[[State], str | list[str]]]] = {
            source: [inspect.unwrap(getattr(fork.path, "afunc")) for fork in forks.values()]  # noqa: B009
            for source, forks in builder.branches.items()
        }
        self._reducers = {
            key: channel.operator
            for key, channel in builder.channels.items()
            if isinstance(channel, BinaryOperatorAggregate)
        }

    async def run(self, given: State, context: Context, config: RunnableConfig) -> dict[str, Any]:
        """Return the state after a turn. What a node raises passes through."""
        state: dict[str, Any] = {}
        self._apply(state, cast("dict[str, Any]", given))
        runtime = Runtime(context=context)
        done: set[str] = set()
        front = [target for source, target in self._edges if source == START]
        while front:
            for update in [await self._call(name, state, runtime, config) for name in front]:
                self._apply(state, update)
            done.update(front)
            front = self._next(front, done, state)
        return state

    async def _call(
        self, name: str, state: dict[str, Any], runtime: Runtime[Context], config: RunnableConfig
    ) -> dict[str, Any]:
        node, accepts = self._nodes[name]
        extra = {"runtime": runtime, "config": config}
        began = time.perf_counter()
        found = await node(dict(state), **{k: v for k, v in extra.items() if k in accepts})
        self.spent[name] += (time.perf_counter() - began) * 1000
        return found

    def _apply(self, state: dict[str, Any], update: dict[str, Any]) -> None:
        for key, value in update.items():
            reducer = self._reducers.get(key)
            state[key] = reducer(state.get(key, type(value)()), value) if reducer else value

    def _next(self, front: Sequence[str], done: set[str], state: dict[str, Any]) -> list[str]:
        found = [target for source, target in self._edges if source in front]
        found += [t for sources, t in self._joins if sources <= done and sources & set(front)]
        for source in front:
            for fork in self._forks.get(source, []):
                chosen = fork(cast("State", state))
                found += [chosen] if isinstance(chosen, str) else chosen
        return [name for name in dict.fromkeys(found) if name != END]
