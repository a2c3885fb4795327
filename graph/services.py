"""Open everything a turn needs, once, before the first customer."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import structlog
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool
from sqlalchemy import Engine

from handrail.graph.clock import now
from handrail.graph.policy import Policy
from handrail.graph.policy_file import PolicyFile, read_policy
from handrail.graph.settings import Settings, plain
from handrail.graph.writing.agent import warm_prompts
from handrail.graph.writing.calls import Health
from handrail.models import confidence
from handrail.models.embedded import EmbeddedChatModel
from handrail.models.encoder import Encoder, UseEncoder
from handrail.models.examples import FOLDER as EXAMPLES
from handrail.models.examples import read_examples
from handrail.models.heads import Calibration, Heads
from handrail.models.language import LanguageIdentifier
from handrail.models.lexicon import Lexicon, read_lexicons
from handrail.models.provider import Link
from handrail.models.redaction import redact
from handrail.models.suspicion import Suspect, open_suspicion
from handrail.models.training import load_heads
from handrail.models.wording import Wording
from handrail.store.audit.memory import MemoryAudit
from handrail.store.audit.protocol import Audit
from handrail.store.audit.sql import SqlAudit
from handrail.store.codes.sql import SqlCodes
from handrail.store.csat.protocol import Csat
from handrail.store.csat.sql import SqlCsat
from handrail.store.customers.protocol import Customers
from handrail.store.customers.sql import SqlCustomers
from handrail.store.database import open_database
from handrail.store.demo.loader import load_company
from handrail.store.errands.memory import NoErrands
from handrail.store.errands.sql import SqlErrands
from handrail.store.handoffs.protocol import Handoffs
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.knowledge.chroma import ChromaKnowledge
from handrail.store.knowledge.protocol import Knowledge, KnowledgeDown
from handrail.store.migrate import migrate
from handrail.store.notifications.protocol import Notifications
from handrail.store.notifications.sql import SqlNotifications
from handrail.store.reviews.protocol import Reviews
from handrail.store.reviews.sql import SqlReviews
from handrail.store.secret import open_secret
from handrail.tools.asker import Asker
from handrail.tools.errands.leaving import LeaveErrands
from handrail.tools.errands.limits import Limiter, MailLimits
from handrail.tools.errands.runner import Rules, Runner
from handrail.tools.help_center.search import HelpCenter
from handrail.tools.identity.step_up import StepUp
from handrail.tools.ledger import Ledger
from handrail.tools.orders.opening import open_orders
from handrail.tools.passwords.embedded import EmbeddedProvider
from handrail.tools.passwords.opening import open_provider
from handrail.tools.post.opening import open_post
from handrail.tools.toolbox import build_toolbox

log = structlog.get_logger("handrail")
DEMO = Path(__file__).resolve().parent.parent / "store" / "demo"


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
    toolbox: Callable[[Asker], list[BaseTool]]
    dry_toolbox: Callable[[Asker], list[BaseTool]]
    runner: Runner
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


def open_records(settings: Settings) -> Records:
    """Open policy and stores without the models; blocking. Raises BadPolicy or StoreDown."""
    policy = read_policy(settings.policy_file())
    engine = open_database(settings.database())
    migrate(engine)
    return _records(policy, engine)


def _records(policy: Policy, engine: Engine) -> Records:
    return Records(
        policy=policy,
        handoffs=SqlHandoffs(engine),
        notifications=SqlNotifications(engine),
        audit=SqlAudit(engine),
        csat=SqlCsat(engine),
        reviews=SqlReviews(engine),
    )


def open_services(settings: Settings) -> Services:
    """Open the stores and load the models; blocking, so call it off the event loop.

    Raises BadPolicy, BadExamples, BadSettings, StoreDown or KnowledgeDown, each saying what to
    mend.
    """
    path = settings.policy_file()
    policy_file = PolicyFile(path) if path else None
    policy = read_policy(path)
    encoder = UseEncoder()
    heads = load_heads(
        read_examples(settings.examples or EXAMPLES), encoder, settings.data / "models"
    )
    wording = Wording()
    engine = open_database(settings.database())
    migrate(engine)
    knowledge = open_knowledge(settings, encoder)
    if settings.company == "demo":
        load_company(engine, DEMO / "company.yaml")
        _fill(knowledge, settings.data / "demo-help-center.sha256")
    _learn(knowledge)
    lexicons = read_lexicons(policy.expressions())
    suspect = open_suspicion(
        encoder, heads, lexicons["injection"], policy.thresholds.injection_in_articles
    )
    help_center = HelpCenter(knowledge, encoder.embed, suspect)
    orders = open_orders(settings.orders, engine, settings.environ())
    records, hidden = _records(policy, engine), policy.privacy.hidden()
    runner = _open_runner(settings, engine, wording, records.notifications)
    leave, ledger = LeaveErrands(runner.errands, now), Ledger(records.audit, now)
    dry = LeaveErrands(NoErrands(), now), Ledger(MemoryAudit(), now)
    services = Services(
        **vars(records),
        encoder=encoder,
        heads=heads,
        languages=LanguageIdentifier(),
        wording=wording,
        lexicons=lexicons,
        knowledge=knowledge,
        customers=runner.customers,
        runner=runner,
        model=EmbeddedChatModel(encoder=encoder, heads=heads, wording=wording),
        chain=settings.open_chain(settings.model, settings.second_model, hidden=hidden),
        judge=next(iter(settings.open_chain(settings.judge_model, hidden=hidden)), None),
        toolbox=lambda asker: build_toolbox(asker, orders, leave, ledger, help_center.search),
        dry_toolbox=lambda asker: build_toolbox(asker, orders, *dry, help_center.search),
        policy_file=policy_file,
        answers=confidence.read(settings.data / "models", heads.digest),
    )
    _warm(services)
    return services


def _open_runner(
    settings: Settings, engine: Engine, wording: Wording, notifications: Notifications
) -> Runner:
    """Open what sends links and codes, and what checks them. Raises BadAddress or BadSettings."""
    customers = SqlCustomers(engine)
    post = open_post(
        plain(settings.smtp_url),
        settings.mail_from,
        settings.mail_folder(),
    )
    embedded = EmbeddedProvider(engine, customers, post, wording, clock=now)
    secret = open_secret(plain(settings.secret), settings.data)
    return Runner(
        errands=SqlErrands(engine),
        customers=customers,
        provider=open_provider(settings.passwords, embedded, settings.environ()),
        step_up=StepUp(SqlCodes(engine), secret, now),
        post=post,
        limiter=Limiter.open(plain(settings.limits_url)),
        notifications=notifications,
        wording=wording,
        clock=now,
    )


def _warm(services: Services) -> None:
    """Read now what would else be read from disk on the event loop, before the first customer."""
    warm_prompts()
    services.toolbox(Asker(customer_id=None, verified=False, locale="en", thread_id=""))
    services.encoder.embed(["Where is my parcel?"])
    services.languages.identify("Where is my parcel?")


def open_suspect(settings: Settings, encoder: Encoder) -> Suspect:
    """Open what reads articles for sentences that speak to a machine; blocking.

    Raises BadPolicy or BadExamples.
    """
    policy = read_policy(settings.policy_file())
    heads = load_heads(
        read_examples(settings.examples or EXAMPLES), encoder, settings.data / "models"
    )
    lexicon = read_lexicons(policy.expressions())["injection"]
    return open_suspicion(encoder, heads, lexicon, policy.thresholds.injection_in_articles)


def open_knowledge(settings: Settings, encoder: Encoder) -> ChromaKnowledge:
    """Name the help centre that the settings say; it connects at first use."""
    place = settings.chroma_url or settings.data / "chroma"
    return ChromaKnowledge.open(place, encoder.embed, encoder.fingerprint)


def _fill(knowledge: ChromaKnowledge, kept: Path) -> None:
    """Put the demo help centre into the store, and again where our articles have changed.

    A store that is down is no reason not to start: questions that need it go to a person, and
    `handrail doctor` says what to mend.
    """
    articles = sorted((DEMO / "help_center").rglob("*.md"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in articles)).hexdigest()
    try:
        known = kept.read_text(encoding="utf-8") if kept.is_file() else ""
        if known != digest or not knowledge.is_ingested():
            knowledge.ingest([DEMO / "help_center"])
            kept.write_text(digest, encoding="utf-8")
    except (KnowledgeDown, OSError) as problem:
        log.warning("help_center_down", problem=redact(str(problem)))


def _learn(knowledge: ChromaKnowledge) -> None:
    """Learn the help centre before the first customer; where it is down, questions will tell."""
    try:
        knowledge.learn_ahead()
    except KnowledgeDown as problem:
        log.warning("help_center_down", problem=redact(str(problem)))


class LazyServices:
    """Open the services when the first turn needs them, whichever event loop that runs on."""

    def __init__(self, opener: Callable[[], Services] | None = None) -> None:
        self._opener = opener or (lambda: open_services(Settings()))
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


@cache
def shared_services() -> LazyServices:
    """Return the services of this process: graph and routes on one server open them once."""
    return LazyServices()
