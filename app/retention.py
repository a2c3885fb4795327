"""retention: take away what is older than the policy says, and say what stays."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rich.console import Console

from handrail.app.conversations.opening import open_conversations
from handrail.app.conversations.protocol import Conversations, ConversationsDown
from handrail.app.forget import erase_in, pseudonym_of, table_of, wish_of
from handrail.graph.clock import iso, now
from handrail.graph.policy import Policy
from handrail.graph.policy_file import read_policy
from handrail.graph.settings import Settings
from handrail.store.database import open_database
from handrail.store.forgetting.fates import Line
from handrail.store.forgetting.sql import SqlForgetting
from handrail.store.migrate import migrate
from handrail.store.retention.sql import SqlRetention

BATCH = 200  # conversations in one transaction
NO_PLACE = (
    "retention.conversations is set, and nobody says where whole conversations are; "
    "set HANDRAIL_SERVER_URL or HANDRAIL_CHECKPOINTS. Nothing was changed"
)


async def run_retention(
    out: Console, settings: Settings, *, server: str | None = None, really: bool
) -> int:
    """Take away what is due, or say what would be; print it, and return the exit code 0.

    It may run while workers do: what changes meanwhile stays for the next time. Raises StoreDown,
    BadPolicy or ConversationsDown; what was done before stands, and the next run goes on.
    """
    policy = await asyncio.to_thread(read_policy, settings.policy_file())
    engine = await asyncio.to_thread(open_database, settings.database())
    try:
        await asyncio.to_thread(migrate, engine)
        store = SqlForgetting(engine, await asyncio.to_thread(pseudonym_of, settings))
        moment = now()
        lines: list[Line] = []
        days = policy.retention.conversations
        if days is not None:
            async with open_conversations(settings, server) as places:
                if not places:
                    raise ConversationsDown(NO_PLACE)
                before = moment - timedelta(days=days)
                lines = await _conversations(store, places, policy, before, moment, really=really)
        due = policy.retention.lines(moment)
        due["forgotten"] = iso(moment - timedelta(days=policy.privacy.keep_days))
        lines += await SqlRetention(engine).sweep(
            due, hold_legal=policy.privacy.legal_hold, really=really
        )
    finally:
        engine.dispose()
    _print(out, policy, lines, really=really)
    return 0


async def _conversations(
    store: SqlForgetting,
    places: Sequence[Conversations],
    policy: Policy,
    before: datetime,
    moment: datetime,
    *,
    really: bool,
) -> list[Line]:
    """Forget conversations that were idle since `before` and wait for nobody, batch by batch."""
    hold = policy.privacy.legal_hold
    found = await store.idle_since(iso(before))
    for place in places:
        found |= await place.idle_since(before)
    lines: list[Line] = []
    for batch in _batches(sorted(found)):
        threads = await store.quiet(batch, iso(before))
        for place in places:
            threads -= await _changed_since(place, threads, before)
        held = await store.held(threads) if hold else set()
        lines += [await erase_in(place, threads, held, really=really) for place in places]
        wish = wish_of(None, frozenset(threads), policy, moment, hold=hold)
        lines += await store.forget(wish, really=really)
    return _together(lines)


async def _changed_since(place: Conversations, threads: set[str], moment: datetime) -> set[str]:
    """Return those that somebody has gone on with since they were found."""
    changed: set[str] = set()
    for thread in sorted(threads):
        at = await place.changed_at(thread)
        if at is not None and at >= moment:
            changed.add(thread)
    return changed


def _batches(threads: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(threads), BATCH):
        yield threads[start : start + BATCH]


def _together(lines: Sequence[Line]) -> list[Line]:
    """Add up the lines of all batches."""
    counts: Counter[tuple[str, str]] = Counter()
    about: dict[tuple[str, str], Line] = {}
    for line in lines:
        counts[line.what, line.fate] += line.count
        about.setdefault((line.what, line.fate), line)
    return [
        Line(one.what, one.fate, counts[key], one.why, one.until)
        for key, one in about.items()
        if counts[key]
    ]


def _print(out: Console, policy: Policy, lines: Sequence[Line], *, really: bool) -> None:
    kept = [kind for kind, days in policy.retention.model_dump().items() if days is None]
    if lines:
        out.print(table_of("Older than [retention] in the policy says", lines))
    else:
        out.print("Nothing is older than [retention] says.", markup=False, highlight=False)
    if kept:
        out.print(f"Kept whatever its age: {', '.join(kept)}.", markup=False, highlight=False)
    if lines and not really:
        out.print("Nothing has been changed: this is what --yes would do.", style="bold")
