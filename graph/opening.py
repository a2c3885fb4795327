"""Open what the nodes work with, as the environment says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import structlog
from sqlalchemy import Engine

from handrail.graph.checking import warm_checks
from handrail.graph.clock import now
from handrail.graph.policy import Policy
from handrail.graph.policy_file import PolicyFile, read_policy
from handrail.graph.services import Records, Services
from handrail.graph.settings import Settings, plain
from handrail.graph.writing.agent import warm_prompts
from handrail.models import confidence
from handrail.models.cores import one_thread_each
from handrail.models.embedded import EmbeddedChatModel
from handrail.models.encoder import Encoder, UseEncoder
from handrail.models.examples import FOLDER as EXAMPLES
from handrail.models.examples import read_examples
from handrail.models.heads import Heads
from handrail.models.heap import give_back
from handrail.models.language import LanguageIdentifier
from handrail.models.lexicon import Lexicon, read_lexicons
from handrail.models.redaction import redact
from handrail.models.suspicion import Suspect, open_suspicion
from handrail.models.training import load_heads
from handrail.models.wording import Wording
from handrail.store.audit.memory import MemoryAudit
from handrail.store.audit.sql import SqlAudit
from handrail.store.channels.sql import SqlChannels
from handrail.store.codes.sql import SqlCodes
from handrail.store.csat.sql import SqlCsat
from handrail.store.customers.sql import SqlCustomers
from handrail.store.database import open_database
from handrail.store.demo.loader import load_company
from handrail.store.errands.memory import NoErrands
from handrail.store.errands.sql import SqlErrands
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.knowledge.chroma import ChromaKnowledge
from handrail.store.knowledge.protocol import KnowledgeDown
from handrail.store.migrate import migrate
from handrail.store.notifications.protocol import Notifications
from handrail.store.notifications.sql import SqlNotifications
from handrail.store.reviews.sql import SqlReviews
from handrail.store.secret import open_secret
from handrail.tools.asker import Asker
from handrail.tools.errands.leaving import LeaveErrands
from handrail.tools.errands.limits import Limiter
from handrail.tools.errands.runner import Runner
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
    heads = _heads(settings, encoder)
    wording = Wording()
    engine = open_database(settings.database())
    migrate(engine)
    knowledge = open_knowledge(settings, encoder)
    if settings.company == "demo":
        load_company(engine, DEMO / "company.yaml")
        _fill(knowledge, settings.data / "demo-help-center.sha256")
    _learn(knowledge)
    lexicons, hidden = read_lexicons(policy.expressions()), policy.privacy.hidden()
    chain = settings.open_chain(settings.model, settings.second_model, hidden=hidden)
    # The embedded model obeys nothing that it reads: it quotes. So only others are kept from it.
    suspect = _suspect(policy, heads, encoder, lexicons) if chain else None
    search = HelpCenter(knowledge, encoder.embed, suspect, encoder.remembers).search
    orders = open_orders(settings.orders, engine, settings.environ())
    records = _records(policy, engine)
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
        channels=SqlChannels(engine),
        model=EmbeddedChatModel(encoder=encoder, heads=heads, wording=wording),
        chain=chain,
        judge=next(iter(settings.open_chain(settings.judge_model, hidden=hidden)), None),
        search=search,
        toolbox=lambda asker: build_toolbox(asker, orders, leave, ledger, search),
        dry_toolbox=lambda asker: build_toolbox(asker, orders, *dry, search),
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
    one_thread_each()  # after what is trained and learned with all threads
    warm_prompts()
    warm_checks(services)
    services.toolbox(Asker(customer_id=None, verified=False, locale="en", thread_id=""))
    services.encoder.embed(["Where is my parcel?"])
    services.languages.identify("Where is my parcel?")
    give_back()


def open_suspect(settings: Settings, encoder: Encoder) -> Suspect:
    """Open what reads articles for sentences that speak to a machine; blocking.

    Raises BadPolicy or BadExamples.
    """
    policy = read_policy(settings.policy_file())
    lexicons = read_lexicons(policy.expressions())
    return _suspect(policy, _heads(settings, encoder), encoder, lexicons)


def _heads(settings: Settings, encoder: Encoder) -> Heads:
    """Return the heads of the utterances in force, trained now where they are not kept yet."""
    return load_heads(
        read_examples(settings.examples or EXAMPLES), encoder, settings.data / "models"
    )


def _suspect(
    policy: Policy, heads: Heads, encoder: Encoder, lexicons: Mapping[str, Lexicon]
) -> Suspect:
    line = policy.thresholds.injection_in_articles
    return open_suspicion(encoder, heads, lexicons["injection"], line)


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
