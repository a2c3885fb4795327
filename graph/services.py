"""What the nodes work with: stores, models and tools, opened once and given to every node."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool

from handrail.graph.policy import Policy
from handrail.graph.policy_file import PolicyFile
from handrail.graph.writing.health import Health
from handrail.models.encoder import Encoder
from handrail.models.heads import Calibration, Heads
from handrail.models.language import LanguageIdentifier
from handrail.models.lexicon import Lexicon, read_lexicons
from handrail.models.provider import Link
from handrail.models.wording import Wording
from handrail.store.audit.protocol import Audit
from handrail.store.channels.protocol import Channels
from handrail.store.csat.protocol import Csat
from handrail.store.customers.protocol import Customers
from handrail.store.handoffs.protocol import Handoffs
from handrail.store.knowledge.protocol import Knowledge
from handrail.store.notifications.protocol import Notifications
from handrail.store.reviews.protocol import Reviews
from handrail.tools.asker import Asker
from handrail.tools.errands.limits import MailLimits
from handrail.tools.errands.runner import Rules, Runner
from handrail.tools.help_center.tool import Search
from handrail.tools.identity.step_up import StepUp


@dataclass(frozen=True)
class Records:
    """What was decided, by whom, and how it was found: all that reports and reviews need."""

    policy: Policy
    handoffs: Handoffs
    notifications: Notifications
    audit: Audit
    csat: Csat
    reviews: Reviews


@dataclass(frozen=True)
class Services(Records):
    """Everything a node may use. Built by `open_services`, or by a host with parts of its own."""

    encoder: Encoder
    heads: Heads
    languages: LanguageIdentifier
    wording: Wording
    lexicons: Mapping[str, Lexicon]
    knowledge: Knowledge
    customers: Customers
    model: BaseChatModel  # the embedded one: where no chain is set, and where none of it answers
    search: Search
    toolbox: Callable[[Asker], list[BaseTool]]
    dry_toolbox: Callable[[Asker], list[BaseTool]]
    runner: Runner
    channels: Channels  # what comes from chat products and goes out to them
    policy_file: PolicyFile | None = None
    answers: Calibration | None = None  # the confidence map fitted on the company's own rows
    chain: tuple[Link, ...] = ()  # models of others, the first one first
    health: Health = field(default_factory=Health)  # of the chain, as all turns found it
    judge: Link | None = None  # a model that may add a reason for a person, and take none away

    @property
    def step_up(self) -> StepUp:
        """Return what checks the codes that the runner sends."""
        return self.runner.step_up

    async def run_errands(self) -> int:
        """Send the links and codes that were asked for; return how many. Raises StoreDown."""
        policy = self.policy
        mails = policy.account_mails
        rules = Rules(
            limits=MailLimits(mails.per_account, mails.per_conversation, mails.overall),
            is_vip=policy.vip.covers,
            vip_queue=policy.queue("vip").name,
            care_queue=policy.queue("error").name,
        )
        return await self.runner.work_off(rules)

    def under(self, policy: Policy) -> Services:
        """Return the same services under another policy."""
        hidden = policy.privacy.hidden()
        return replace(
            self,
            policy=policy,
            lexicons=read_lexicons(policy.expressions()),
            chain=tuple(link.hiding(hidden) for link in self.chain),
            judge=self.judge.hiding(hidden) if self.judge else None,
        )


class LazyServices:
    """Open the services when the first turn needs them, whichever event loop that runs on."""

    def __init__(self, opener: Callable[[], Services]) -> None:
        self._opener = opener
        self._lock = threading.Lock()
        self._services: Services | None = None

    @property
    def ready(self) -> bool:
        """Tell whether the services are open."""
        return self._services is not None

    async def get(self) -> Services:
        """Return the services; the first call opens them in a thread."""
        if self._services is not None:
            return self._services
        return await asyncio.to_thread(self.open)

    async def latest(self) -> Services:
        """Return the services under the policy file as it is now: a turn begins with this."""
        services = await self.get()
        policy = await services.policy_file.newer() if services.policy_file else None
        if policy is None:
            return services
        self._services = await asyncio.to_thread(services.under, policy)
        return self._services

    def open(self) -> Services:
        """Return the services, opening them if need be; blocking."""
        with self._lock:
            services: Services = self._services or self._opener()
            self._services = services
            return services
