"""forget: erase what is kept about somebody, and say what stays, why, and until when."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console
from rich.table import Table

from handrail.app.conversations.opening import open_conversations
from handrail.app.conversations.protocol import Conversations
from handrail.graph.clock import iso, now
from handrail.graph.policy import Policy
from handrail.graph.policy_file import read_policy
from handrail.graph.settings import Settings, plain
from handrail.store.database import open_database
from handrail.store.forgetting.fates import Line
from handrail.store.forgetting.sql import Pseudonym, SqlForgetting
from handrail.store.forgetting.wish import Wish
from handrail.store.migrate import migrate
from handrail.store.secret import open_secret


@dataclass(frozen=True)
class Request:
    """Whom to forget: a customer, conversations by id, or what has been idle for days."""

    customer: str | None = None
    threads: frozenset[str] = frozenset()
    idle_days: int | None = None
    keep_legal: bool = False
    really: bool = False
    server: str | None = None


async def run_forget(out: Console, settings: Settings, request: Request) -> int:
    """Forget, or say what would be; print it as a table, and return the exit code 0.

    Whole conversations go first: where their server cannot be reached, nothing has been changed,
    and their ids are still known. Raises StoreDown, BadPolicy or ConversationsDown.
    """
    policy = await asyncio.to_thread(read_policy, settings.policy_file())
    engine = await asyncio.to_thread(open_database, settings.database())
    await asyncio.to_thread(migrate, engine)
    store = SqlForgetting(engine, await asyncio.to_thread(pseudonym_of, settings))
    moment = now()
    hold = request.keep_legal or policy.privacy.legal_hold
    try:
        async with open_conversations(settings, request.server) as places:
            threads = await _threads(store, places, request, moment)
            held = await store.held(threads) if hold else set()
            lines = [
                await erase_in(place, threads, held, really=request.really) for place in places
            ]
        wish = wish_of(request.customer, frozenset(threads), policy, moment, hold=hold)
        lines += await store.forget(wish, really=request.really)
    finally:
        engine.dispose()
    _print(out, request, [line for line in lines if line.count])
    return 0


def pseudonym_of(settings: Settings) -> Pseudonym:
    """Return what names somebody without telling who: the same name only with the same secret."""
    secret = open_secret(plain(settings.secret), settings.data).encode()

    def name(of: str) -> str:
        return hmac.new(secret, f"forget:{of}".encode(), hashlib.sha256).hexdigest()[:32]

    return name


async def _threads(
    store: SqlForgetting, places: Sequence[Conversations], request: Request, moment: datetime
) -> set[str]:
    found = set(request.threads)
    if request.customer is not None:
        found |= await store.threads_of(request.customer)
        for place in places:
            found |= await place.of(request.customer)
    if request.idle_days is not None:
        found |= await store.idle_since(iso(moment - timedelta(days=request.idle_days)))
    return found


async def erase_in(
    place: Conversations, threads: set[str], held: set[str], *, really: bool
) -> Line:
    """Erase whole conversations in one place, but those on hold. Raises ConversationsDown."""
    there = [thread for thread in sorted(threads - held) if await place.there(thread)]
    if really:
        for thread in there:
            await place.erase(thread)
    return Line(place.name, "erased", len(there), "whole conversations")


def wish_of(
    customer: str | None,
    threads: frozenset[str],
    policy: Policy,
    moment: datetime,
    *,
    hold: bool,
) -> Wish:
    """Return what the stores are to forget by this policy."""
    kept = timedelta(days=policy.privacy.keep_days)
    return Wish(
        customer=customer, threads=threads, now=iso(moment), keep_from=iso(moment - kept),
        until=(moment + kept).date().isoformat(), hold_legal=hold,
    )  # fmt: skip


def table_of(title: str, lines: Sequence[Line]) -> Table:
    """Return what becomes of each table, to be printed."""
    table = Table(title=title, title_justify="left")
    for column in ("what", "rows", "becomes", "why", "until"):
        table.add_column(column, overflow="fold")
    for line in lines:
        table.add_row(line.what, str(line.count), line.fate, line.why, line.until or "")
    return table


def _print(out: Console, request: Request, lines: Sequence[Line]) -> None:
    who = f"the customer {request.customer}" if request.customer else "these conversations"
    if not lines:
        out.print(f"Nothing is kept about {who}.", markup=False, highlight=False)
        return
    out.print(table_of(f"About {who}", lines))
    if not request.really:
        out.print("Nothing has been changed: this is what --yes would do.", style="bold")
