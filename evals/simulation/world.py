"""The demo company with effects that are kept in memory, so that they can be looked at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from langchain_core.tools import BaseTool
from sqlalchemy import Engine, delete, select

from handrail.evals.replay import without_effects
from handrail.evals.simulation.task import MailKind
from handrail.graph.clock import now
from handrail.graph.services import Services, open_services
from handrail.graph.settings import Settings
from handrail.models.language import SPOKEN
from handrail.store.accounts import ResetRequestRow
from handrail.store.codes.memory import MemoryCodes
from handrail.store.database import Base, open_database
from handrail.store.errands.memory import MemoryErrands
from handrail.store.errands.protocol import Errand
from handrail.store.notifications.memory import MemoryNotifications
from handrail.store.notifications.protocol import Notification
from handrail.tools.asker import Asker
from handrail.tools.errands.leaving import LeaveErrands
from handrail.tools.errands.limits import Limiter
from handrail.tools.help_center.search import HelpCenter
from handrail.tools.identity.step_up import StepUp
from handrail.tools.ledger import Ledger
from handrail.tools.orders.sql import SqlOrders
from handrail.tools.passwords.embedded import EmbeddedProvider
from handrail.tools.post.protocol import Letter
from handrail.tools.toolbox import build_toolbox

_CODE = re.compile(r"\b(\d{3}) (\d{3})\b")


def ours(settings: Settings, folder: Path) -> Settings:
    """Return settings under which nothing of a real company is read or written.

    The model, the policy and the examples stay; the heads and the demo's articles are those of
    the data folder where that is the demo's, else they are made in `folder`.
    """
    demo = settings.company == "demo" and not settings.chroma_url
    return settings.model_copy(
        update={
            "data": settings.data if demo else folder,
            "database_url": f"sqlite:///{folder}/simulation.db",
            "company": "demo",
            "chroma_url": None,
            "orders": None,
            "passwords": None,
            "smtp_url": None,
            "mailbox": folder / "mail",
            "limits_url": None,
        }
    )


@dataclass(frozen=True)
class Company:
    """The demo company, opened once, with tables of its own in `engine`."""

    services: Services
    engine: Engine


def open_company(settings: Settings, folder: Path) -> Company:
    """Open the demo company with its tables in a folder; blocking. Raises as open_services does."""
    own = ours(settings, folder)
    return Company(open_services(own), open_database(own.database()))


class Mailboxes:
    """A post that keeps every letter."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def send(self, letter: Letter) -> None:
        """Keep one letter."""
        self.letters.append(letter)

    def codes(self, address: str | None = None) -> list[str]:
        """Return the one-time codes that came to an address, or to any, the oldest first."""
        theirs = (m.body for m in self.letters if address in {None, m.address})
        return [found[1] + found[2] for body in theirs for found in [_CODE.search(body)] if found]


class Asked(MemoryErrands):
    """Errands that remember whom each one was for, after it is done too."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Errand] = []

    async def add(self, errand: Errand) -> bool:
        """Keep an errand, once for each id. True if it is new."""
        is_new = await super().add(errand)
        if is_new:
            self.asked.append(errand)
        return is_new


class Told(MemoryNotifications):
    """Notifications that can be looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.queues: list[str] = []

    async def add(self, notification: Notification) -> bool:
        """Keep a notification, once for each id. True if it is new."""
        is_new = await super().add(notification)
        if is_new:
            self.queues.append(str(notification.payload["queue"]))
        return is_new


class World:
    """What one conversation may change: begun anew for each, and compared at its end."""

    def __init__(self, company: Company) -> None:
        self._engine = company.engine
        self.post, self.errands, self.told = Mailboxes(), Asked(), Told()
        base = without_effects(company.services)
        orders = SqlOrders(company.engine)
        search = HelpCenter(base.knowledge, base.encoder.embed).search
        provider = EmbeddedProvider(
            company.engine, base.customers, self.post, base.wording, clock=now
        )
        runner = replace(
            base.runner, errands=self.errands, step_up=StepUp(MemoryCodes(), "simulation", now),
            post=self.post, provider=provider, limiter=Limiter.open(), notifications=self.told,
        )  # fmt: skip
        leave, ledger = LeaveErrands(self.errands, now), Ledger(base.audit, now)

        def toolbox(asker: Asker) -> list[BaseTool]:
            return build_toolbox(asker, orders, leave, ledger, search)

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
