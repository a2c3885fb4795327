"""handrail replay: decide each row without side effects, and compare with another policy."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from handrail.app.terminal import err, out, quiet
from handrail.evals.compare import EXAMPLES, Comparison, compare
from handrail.evals.replay import replay as decide
from handrail.evals.replay import without_effects
from handrail.evals.rows import Row, read_rows
from handrail.graph.opening import open_services
from handrail.graph.policy_file import read_policy
from handrail.graph.services import Services
from handrail.graph.settings import Settings


def replay(
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl")],
    out_path: Annotated[Path, typer.Option("--out", metavar="OUT.jsonl")],
    policy: Annotated[Path | None, typer.Option(help="Decide by this policy file.")] = None,
    compare_with: Annotated[
        Path | None,
        typer.Option("--compare", metavar="OTHER.toml", help="Print what OTHER would change."),
    ] = None,
) -> None:
    """Decide each row without side effects."""
    quiet()
    rows = read_rows(source)
    services = open_services(Settings())
    chosen = read_policy(policy) if policy else services.policy
    decisions = asyncio.run(_decide(rows, without_effects(services, chosen)))
    out_path.parent.mkdir(parents=True, exist_ok=True)
    lines = map(json.dumps, decisions)  # ASCII: a reader may split at U+2028 as well
    out_path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    seconds = sum(decision["ms"] for decision in decisions) / 1000
    rate = f", {len(rows) / seconds:.0f} rows a second" if seconds else ""
    err.print(f"{len(rows)} rows decided{rate}, policy {chosen.version}: {out_path}", markup=False)
    if compare_with:
        other_policy = read_policy(compare_with)
        other = asyncio.run(_decide(rows, without_effects(services, other_policy)))
        _print_comparison(compare(rows, decisions, other, other_policy), other_policy.version)


def _print_comparison(found: Comparison, version: str) -> None:
    for reason, change in found.reasons.items():
        out.print(f"{reason}: {len(change.added)} more, {len(change.removed)} fewer")
        for sign, texts in (("+", change.added), ("-", change.removed)):
            for text in texts[:EXAMPLES]:
                out.print(f"  {sign} {text[:100]}", markup=False)
    out.print(
        f"Under {version}, {found.more} more and {found.fewer} fewer conversations reach a person: "
        f"about {found.minutes:+.0f} minutes of agents' time.",
        markup=False, highlight=False,
    )  # fmt: skip


async def _decide(rows: list[Row], services: Services) -> list[dict[str, Any]]:
    return [decision async for decision in decide(rows, services)]
