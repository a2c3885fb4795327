"""report: what the stores show, in the terminal and as files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from rich.console import Console

from handrail.app.terminal import err
from handrail.evals.gather import insights_now
from handrail.evals.insights_page import Format, write_insights
from handrail.evals.insights_table import show_insights
from handrail.evals.spending import show_spending, spending_by_path
from handrail.graph.services import Records


async def run_report(
    out: Console,
    records: Records,
    *,
    since: str | None,
    until: str | None,
    folder: Path | None,
    formats: Collection[Format],
) -> int:
    """Show the insights of [since, until), and write them where a folder is given.

    Returns 0, or 2 where they cannot be written.
    """
    found = await insights_now(records, since, until)
    period = " ".join(f"{word} {at}" for word, at in (("from", since), ("until", until)) if at)
    out.print(
        f"Episodes that began {period or 'at any time'}, as of {found.as_of}, "
        f"policy {records.policy.version}",
        style="dim", highlight=False, markup=False,
    )  # fmt: skip
    show_insights(out, found)
    show_spending(out, await spending_by_path(records, since, until))
    if folder is None:
        return 0
    try:
        written = write_insights(folder, found, formats=formats)
    except OSError as problem:
        what = f"handrail: nothing can be written to {folder}: {problem.strerror or problem}"
        err.print(f"{what}. Give another --out.", style="red", markup=False, highlight=False)
        return 2
    for path in written:
        out.print(f"wrote {path}", highlight=False, markup=False, soft_wrap=True)
    return 0
