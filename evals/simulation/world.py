"""What one conversation may change: effects in memory, and the tables before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from langchain_core.tools import BaseTool
from sqlalchemy import Engine, delete, select

from handrail.evals.replay import without_effects
from handrail.evals.simulation.company import Company
from handrail.evals.simulation.kept import Asked, Mailboxes, Told
from handrail.evals.simulation.task import MailKind
from handrail.graph.clock import now
from handrail.graph.services import Services
from handrail.models.language import SPOKEN
from handrail.store.accounts import ResetRequestRow
from handrail.store.codes.memory import MemoryCodes
from handrail.store.database import Base
from handrail.tools.asker import Asker
from handrail.tools.errands.leaving import LeaveErrands
from handrail.tools.errands.limits import Limiter
from handrail.tools.identity.step_up import StepUp
from handrail.tools.ledger import Ledger
from handrail.tools.orders.sql import SqlOrders
from handrail.tools.passwords.embedded import EmbeddedProvider
from handrail.tools.toolbox import build_toolbox


class World:
    """What one conversation may change: begun anew for each, and compared at its end."""

    def __init__(self, company: Company) -> None:
        self._engine = company.engine
        self.post, self.errands, self.told = Mailboxes(), Asked(), Told()
        base = without_effects(company.services)
        orders = SqlOrders(company.engine)
        provider = EmbeddedProvider(
            company.engine, base.customers, self.post, base.wording, clock=now
        )
        runner = replace(
            base.runner, errands=self.errands, step_up=StepUp(MemoryCodes(), "simulation", now),
            post=self.post, provider=provider, limiter=Limiter.open(), notifications=self.told,
        )  # fmt: skip
        leave, ledger = LeaveErrands(self.errands, now), Ledger(base.audit, now)

        def toolbox(asker: Asker) -> list[BaseTool]:
            return build_toolbox(asker, orders, leave, ledger, base.search)

        self.services = replace(base, runner=runner, toolbox=toolbox)
        with company.engine.begin() as connection:
            connection.execute(delete(ResetRequestRow))  # links of the conversation before
        self._before = _rows(company.engine)

    def mails(self) -> list[tuple[MailKind | str, str]]:
        """Return the kind and the address of every mail, the oldest first."""
        kinds = subjects(self.services)
        return [(kinds.get(m.subject, m.subject), m.address) for m in self.post.letters]

    def changed(self) -> dict[str, int]:
        """Return how many rows of which tables were added, changed or taken away."""
        after = _rows(self._engine)
        found = {
            table: ((rows - self._before[table]) + (self._before[table] - rows)).total()
            for table, rows in after.items()
        }
        return {table: count for table, count in found.items() if count}


def subjects(services: Services) -> dict[str, MailKind]:
    """Return the kind of mail by its subject, in every language."""
    kinds: Sequence[MailKind] = ("reset", "code", "locked")
    return {
        services.wording.say(f"mail.{kind}.subject", language): kind
        for language in SPOKEN
        for kind in kinds
    }


def _rows(engine: Engine) -> dict[str, Counter[str]]:
    with engine.connect() as connection:
        return {
            table.name: Counter(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }
