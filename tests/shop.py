"""The demo shop on stage: real models and tables, with a clock, a post and errands of a test's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from handrail.graph.clock import now
from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.services import LazyServices, Services
from handrail.store.audit.memory import MemoryAudit
from handrail.store.codes.memory import MemoryCodes
from handrail.store.errands.memory import MemoryErrands
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.tools.errands.leaving import LeaveErrands
from handrail.tools.errands.limits import Limiter
from handrail.tools.identity.mailed import mailed_code
from handrail.tools.identity.step_up import StepUp
from handrail.tools.ledger import Ledger
from handrail.tools.orders.sql import SqlOrders
from handrail.tools.passwords.embedded import EmbeddedProvider
from handrail.tools.toolbox import build_toolbox
from tests.fake_services import FakePost


async def nothing_found(query: str, language: str, earlier: str | None) -> list[dict[str, Any]]:
    return []


class Shop:
    """Play conversations. `askers` are those whom the tools of each turn worked for."""

    def __init__(
        self,
        real: Services,
        *,
        search: Callable[..., Any] = nothing_found,
        orders: Callable[[SqlOrders], Any] = lambda orders: orders,
    ) -> None:
        self.past = timedelta()
        self.post, self.audit, self.handoffs = FakePost(), MemoryAudit(), MemoryHandoffs()
        self.askers: list[Any] = []
        engine = real.runner.errands._engine
        errands = MemoryErrands()
        step_up = StepUp(MemoryCodes(), "of the tests", self.now)
        provider = EmbeddedProvider(engine, real.customers, self.post, real.wording, clock=self.now)
        runner = replace(
            real.runner, errands=errands, step_up=step_up, post=self.post, provider=provider,
            limiter=Limiter.open(), clock=self.now,
        )  # fmt: skip
        theirs = orders(SqlOrders(engine))
        leave, ledger = LeaveErrands(errands, self.now), Ledger(self.audit, self.now)

        def toolbox(asker: Any) -> list[Any]:
            self.askers.append(asker)
            return build_toolbox(asker, theirs, leave, ledger, search)

        self.services = replace(
            real, audit=self.audit, handoffs=self.handoffs, runner=runner,
            toolbox=toolbox,
        )  # fmt: skip
        self.memory = InMemorySaver()
        self.graph: Any = build_graph(LazyServices(lambda: self.services), checkpointer=self.memory)

    def now(self) -> datetime:
        return now() + self.past

    async def say(self, text: str, thread: str = "t-1", **context: Any) -> dict[str, Any]:
        config = {"configurable": {"thread_id": thread}}
        given = {"messages": [HumanMessage(text)]}
        state: dict[str, Any] = await self.graph.ainvoke(given, config, context=Context(**context))
        await self.services.run_errands()
        return state

    @property
    def codes(self) -> list[str]:
        """Return the codes that were mailed, the first one first."""
        found = (mailed_code(letter.body) for letter in self.post.letters)
        return [code for code in found if code]

    @property
    def code(self) -> str:
        return self.codes[-1]
