"""audit: draw conversations that the AI resolved, show them, and keep what reviewers find."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handrail.app.stage import show
from handrail.evals.gather import gather
from handrail.evals.quality import percent
from handrail.evals.sampling import draw, waiting
from handrail.graph.clock import now_iso
from handrail.graph.services import Records
from handrail.store.reviews.protocol import Finding, NotPicked, Pick, Review, Verdict

WHO = {
    "customer": "[bold cyan]customer[/]",
    "ai": "[bold green]Handrail[/]",
    "human": "[bold]person[/]",
}


async def run_sample(
    out: Console,
    records: Records,
    *,
    size: int,
    seed: str,
    reviewer: str | None,
    by_topic: bool,
    since: str | None,
    until: str | None,
) -> int:
    """Pick what nobody has reviewed yet, and print each conversation."""
    episodes, _, reviews = await gather(records, since, until)
    open_ones = waiting(episodes, reviews)
    drawn = draw(open_ones, size, seed, by_topic=by_topic)
    if not drawn:
        out.print("Nothing to review: no conversation that the AI resolved is without a verdict.")
        return 0
    at = now_iso()
    await records.reviews.pick(
        [Pick(fact.key, at, seed, reviewer, tuple(fact.topics)) for fact in drawn]
    )
    picked = {review.pick.key: review for review in await records.reviews.list()}
    for fact in drawn:
        await _show(out, records, picked[fact.key])
    out.print(
        f"{len(drawn)} of {len(open_ones)} conversations without a verdict, seed {seed!r}. "
        "For each: handrail audit verdict KEY right|wrong --by NAME",
        highlight=False, markup=False,
    )  # fmt: skip
    return 0


async def run_list(out: Console, records: Records, *, only_waiting: bool) -> int:
    """Print what was picked, with the verdicts so far."""
    reviews = await records.reviews.list()
    table = Table(title="Picked for review", title_justify="left")
    for column in ("key", "picked", "seed", "for", "topics", "verdicts"):
        table.add_column(column, overflow="fold")
    for review in reviews:
        if only_waiting and review.verdicts:
            continue
        pick = review.pick
        table.add_row(
            escape(pick.key),
            pick.at[:10],
            escape(pick.seed),
            escape(pick.reviewer or ""),
            escape(", ".join(pick.topics)),
            _verdicts(review) or "[dim]waiting[/]",
        )
    out.print(table)
    await _show_progress(out, records, reviews)
    return 0


async def run_show(out: Console, records: Records, key: str) -> int:
    """Print one picked conversation again. Raises NotPicked."""
    found = {review.pick.key: review for review in await records.reviews.list()}
    if key not in found:
        raise NotPicked(key)
    await _show(out, records, found[key])
    return 0


async def run_verdict(
    out: Console, records: Records, key: str, finding: Finding, *, by: str, note: str
) -> int:
    """Keep a verdict and say where the bar stands. Raises NotPicked."""
    verdict = Verdict(key=key, by=by, finding=finding, at=now_iso(), note=note)
    given = await records.reviews.give(verdict)
    before = [found for found in await records.reviews.given(key) if found.by == by]
    if not given:
        told = f"{key} is {finding} by {by} already; nothing changed."
    elif len(before) > 1:
        told = f"{key} is {finding} by {by}, who had found it {before[-2].finding}."
    else:
        told = f"{key} is {finding} by {by}."
    out.print(told, highlight=False, markup=False)
    await _show_progress(out, records, await records.reviews.list())
    return 0


async def _show(out: Console, records: Records, review: Review) -> None:
    pick = review.pick
    out.rule(f"[bold]{escape(pick.key)}[/]  {escape(', '.join(pick.topics))}", align="left")
    conversation = await records.reviews.conversation(pick.key)
    if conversation is None:
        out.print("Its words are not kept here: read it where the host keeps it.", style="dim")
    else:
        for entry in conversation.transcript:
            show(out, WHO.get(entry["role"], escape(entry["role"])), entry["text"])
    if review.verdicts:
        out.print(f"[dim]verdicts:[/] {_verdicts(review)}")
    out.print()


def _verdicts(review: Review) -> str:
    return ", ".join(
        f"{verdict.finding} by {escape(verdict.by)}"
        + (f" ({escape(verdict.note)})" if verdict.note else "")
        for verdict in review.verdicts
    )


async def _show_progress(out: Console, records: Records, reviews: Sequence[Review]) -> None:
    """Say how many are reviewed; the rate itself, with its interval, stands in the report."""
    done = sum(1 for review in reviews if review.verdicts)
    quality = records.policy.quality
    out.print(
        f"{done} of {len(reviews)} picked are reviewed. The bar of at most "
        f"{percent(quality.wrong_answers)} wrong answers is judged from {quality.minimum} on: "
        "handrail report",
        style="dim", highlight=False, markup=False,
    )  # fmt: skip
