"""doctor: check configuration, stores and model, and say what to mend."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rich.console import Console
from rich.markup import escape
from sqlalchemy import make_url

from handrail.app.access.gate import NotConfigured, open_gate
from handrail.app.access.origins import origins_in
from handrail.app.access.tokens import BadSecret
from handrail.app.finding import Finding
from handrail.app.launch.checking import launch_findings
from handrail.app.model_trial import try_model
from handrail.app.opening import CANNOT_OPEN
from handrail.app.pages import BUILT
from handrail.app.production.posture import posture
from handrail.graph.opening import open_services
from handrail.graph.policy_file import BadPolicy, read_policy
from handrail.graph.services import Services
from handrail.graph.settings import Settings
from handrail.models.examples import FOLDER, BadExamples, read_examples
from handrail.models.heads import Calibration
from handrail.models.provider import EMBEDDED, BadModel
from handrail.models.redaction import EVERYTHING
from handrail.store.database import open_database
from handrail.store.errors import StoreDown
from handrail.store.knowledge.protocol import KnowledgeDown
from handrail.tools.errors import BackendDown, BadSettings
from handrail.tools.orders.opening import open_orders

NOBODY = "0"  # no shop numbers its customers from nought


async def run_doctor(out: Console, settings: Settings, *, launch: bool = False) -> int:
    """Print every finding; return 0 where nothing needs mending, else 1.

    With `launch` also what customers will need, and people for them.
    """
    findings = [
        _try("policy", lambda: _policy(settings)),
        _try("examples", lambda: _examples(settings)),
        *await _models(settings),
        _try("access", lambda: _access(settings)),
        *await asyncio.to_thread(posture, settings),
        _try("pages", lambda: _pages(settings)),
        await _orders(settings),
        *await _stores(settings),
        *(await launch_findings(settings) if launch else ()),
    ]
    for finding in findings:
        mark = "[red]mend[/]" if finding.mend else "[green] ok [/]"
        out.print(f"{mark} {finding.what:<12} {escape(finding.state)}", highlight=False)
        if finding.mend:
            out.print(f"                  {escape(finding.mend)}", highlight=False)
    return 1 if any(finding.mend for finding in findings) else 0


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, look())
    except (BadPolicy, BadExamples, BadSecret, StoreDown, KnowledgeDown) as problem:
        return Finding(what, "cannot be used", str(problem))


def _policy(settings: Settings) -> str:
    path = settings.policy_file()
    policy = read_policy(path)
    queues = ", ".join(f"{reason} → {policy.queue(reason).name}" for reason in policy.queues)
    hours = policy.hours
    return (
        f"{policy.version} from {path or 'the defaults'}; thresholds "
        f"{policy.thresholds.model_dump()}; people there {', '.join(hours.days)} "
        f"{hours.opens:%H:%M} to {hours.closes:%H:%M} {hours.time_zone}; queues {queues}; "
        f"VIP by record and {policy.vip.model_dump()}; own words for "
        f"{', '.join(policy.lexicons) or 'no guard'}; quality bars {policy.quality.model_dump()}; "
        f"privacy {policy.privacy.model_dump()}"
    )


def _examples(settings: Settings) -> str:
    found = read_examples(settings.examples or FOLDER)
    count = sum(1 for _ in found.texts())
    return f"{len(found.intents)} intents and {len(found.guards)} guards, {count} utterances"


async def _models(settings: Settings) -> list[Finding]:
    """Try every model of others with one tool call, the way a turn would."""
    names = {
        "model": settings.model,
        "second model": settings.second_model,
        "judge": settings.judge_model,
    }
    findings: list[Finding] = []
    for what, name in names.items():
        if name == EMBEDDED:
            findings.append(Finding(what, "embedded (no key, no network)"))
        elif name:
            try:
                chain = settings.open_chain(name, hidden=frozenset(EVERYTHING))
                findings += [await try_model(what, link) for link in chain]
            except BadModel as problem:
                findings.append(Finding(what, name, problem.mend))
    return findings


def _access(settings: Settings) -> str:
    """Say who may use a server started with these settings; none is fine where none is started."""
    try:
        gate = open_gate(settings)
    except NotConfigured:
        return "no server starts yet: set HANDRAIL_JWT_SECRET, or HANDRAIL_DEV=1 as make dev does"
    kinds = [
        *(["signed with HANDRAIL_JWT_SECRET (HS256)"] if settings.jwt_secret else []),
        *(["service keys"] if settings.service_keys.get_secret_value() else []),
        *([f"signed with the keys at {settings.jwks_url}"] if settings.jwks_url else []),
    ]
    tokens = f"tokens {' or '.join(kinds)}" if kinds else "no tokens of a host"
    if not gate.dev:
        return tokens
    return f"{tokens}; development: whoever is on this machine may do everything without one"


def _pages(settings: Settings) -> str:
    """Say whether the pages are there, and whose web pages may call. Raises BadSecret."""
    origins = ", ".join(sorted(origins_in(settings.origins))) or "no other"
    frames = ", ".join(sorted(origins_in(settings.frame_origins))) or "no page"
    built = "built" if (BUILT / "desk.html").is_file() else "not built (make ui)"
    tokens = settings.desk_token_url or "pasted by hand; HANDRAIL_DESK_TOKEN_URL is not set"
    return (
        f"{built}; {origins} origin may call, {frames} may show the desk in a frame; "
        f"agents' tokens: {tokens}"
    )


async def _orders(settings: Settings) -> Finding:
    """Ask the shop's backend for the orders of nobody: one harmless call."""
    if settings.orders is None:
        return Finding("orders", "embedded: our own table")
    place = str(settings.orders)
    try:
        engine = await asyncio.to_thread(open_database, settings.database())
        try:
            orders = open_orders(settings.orders, engine, settings.environ())
            await orders.for_customer(NOBODY)
        finally:
            engine.dispose()
    except (BadSettings, StoreDown) as problem:
        return Finding("orders", f"{place} cannot be used", str(problem))
    except BackendDown as problem:
        return Finding("orders", f"{place}: {'; '.join(problem.tried)}", str(problem))
    return Finding("orders", f"{place}: answers")


async def _stores(settings: Settings) -> list[Finding]:
    try:
        services = await asyncio.to_thread(open_services, settings)
    except CANNOT_OPEN as problem:
        return [Finding("stores", "cannot be opened", str(problem))]
    calibration = services.heads.calibration
    return [
        Finding("stores", make_url(settings.database()).render_as_string()),  # no password
        Finding("intents", f"surety fitted on {_measured(calibration)}"),
        Finding(
            "confidence",
            f"fitted on {_measured(services.answers)}"
            if services.answers
            else "no map of your own yet (handrail eval calibrate): the evidence alone decides",
        ),
        await _help_center(services, settings),
    ]


def _measured(fitted: Calibration) -> str:
    return (
        f"{fitted.n} rows, held out in turn: "
        f"ECE {fitted.ece}, Brier {fitted.brier}, AURC {fitted.aurc}"
    )


async def _help_center(services: Services, settings: Settings) -> Finding:
    place = settings.chroma_url or str(settings.data / "chroma")
    try:
        count = await services.knowledge.count()
    except KnowledgeDown as problem:
        return Finding("help centre", place, str(problem))
    if count == 0:
        return Finding("help centre", f"{place} is empty", "run: handrail ingest FOLDER")
    return Finding("help centre", f"{count} passages in {place}")
