"""What models of others took, by resolution path: tokens, and cost where the policy has prices."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from handrail.evals.gather import gather
from handrail.graph.packet import key_of
from handrail.graph.services import Records
from handrail.store.audit.protocol import AuditEvent

PAGE = 1000
OPEN = "not resolved"


@dataclass
class Spending:
    """The sum over the episodes that came to one path; tokens, `cached` among the `input`.

    `cost` is None where a model had no price; `currency` is the policy's.
    """

    episodes: int = 0
    calls: int = 0
    input: int = 0
    cached: int = 0
    output: int = 0
    cost: float | None = 0.0
    currency: str = ""


async def spending_by_path(
    records: Records, since: str | None = None, until: str | None = None
) -> dict[str, Spending]:
    """Return what the turns of [since, until) took, by the path of their episode.

    Paths in which no model of others was asked are left out. Raises StoreDown.
    """
    episodes, _, _ = await gather(records)
    path_of = {fact.key: str(fact.path or OPEN) for fact in episodes}
    found: dict[str, Spending] = {}
    seen: set[str] = set()
    async for event in _events(records, since, until):
        usage = event.payload.get("usage")
        if not usage:
            continue
        key = key_of(event.thread_id, event.episode)
        total = found.setdefault(path_of.get(key, OPEN), Spending())
        total.episodes += key not in seen
        seen.add(key)
        total.calls += usage["calls"]
        total.input += usage["input"]
        total.cached += usage["cached"]
        total.output += usage["output"]
        total.currency = usage["currency"]
        known = total.cost is not None and usage["cost"] is not None
        total.cost = total.cost + usage["cost"] if known else None
    return dict(sorted(found.items()))


async def _events(
    records: Records, since: str | None, until: str | None
) -> AsyncIterator[AuditEvent]:
    after: str | None = None
    while True:
        page = await records.audit.page(since=since, until=until, after=after, limit=PAGE)
        for event in page:
            yield event
        if len(page) < PAGE:
            return
        after = page[-1].id


def show_spending(console: Console, found: dict[str, Spending]) -> None:
    """Print a table; nothing where no model of others was asked."""
    if not found:
        return
    table = Table(title="Models of others, by path", title_justify="left")
    table.add_column("path")
    for name in ("episodes", "calls", "tokens in", "of them cached", "tokens out", "cost"):
        table.add_column(name, justify="right")
    for path, total in found.items():
        cost = "no price in policy.toml" if total.cost is None else f"{total.cost:.4f}"
        counts = (total.episodes, total.calls, total.input, total.cached, total.output)
        table.add_row(path, *map(str, counts), f"{cost} {total.currency if total.cost else ''}")
    console.print(table)
