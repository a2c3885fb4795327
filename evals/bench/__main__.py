"""Run the bench of one process: `python -m handrail.evals.bench [--only NAME] [--quick]`.

`python -m handrail.app.bench` has the server too.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from rich.console import Console
from rich.table import Table

from handrail.evals.bench.part import Bench, Found, Part
from handrail.evals.bench.parts import PARTS
from handrail.evals.bench.report import write_report

REPORTS = Path("reports")


async def run(
    out: Console, names: list[str], *, quick: bool, parts: Sequence[Part] = PARTS,
    reports: Path = REPORTS,
) -> int:  # fmt: skip
    """Measure the named parts, all where none is named; 0, or 1 where a budget is over."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # a turn logs; not here
    chosen = [part for part in parts if not names or part.name in names]
    found: dict[str, Found] = {}
    for part in chosen:
        began = time.perf_counter()
        out.print(f"[bold]{part.about}[/bold] ({part.name})")
        with TemporaryDirectory(prefix="handrail-bench-") as folder:
            found[part.name] = await part.measure(Bench(out, Path(folder), quick))
        out.print(f"  {time.perf_counter() - began:.0f} s")
    table = Table(title="Budgets")
    for column in ("figure", "measured", "bound", ""):
        table.add_column(column)
    budgets = [budget for part in chosen for budget in part.budgets(found[part.name])]
    for one in budgets:
        stands = "holds" if one.holds else "[red]over[/red]"
        table.add_row(one.name, f"{one.value} {one.unit}", f"{one.at} {one.unit}", stands)
    out.print(table)
    path = write_report(reports, chosen, found)
    out.print(f"written to {path} and {path.with_suffix('.json')}", markup=False)
    return 0 if all(one.holds for one in budgets) else 1


def main(parts: Sequence[Part] = PARTS) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Measure speed, memory and growth.")
    names = [part.name for part in parts]
    parser.add_argument("--only", action="append", choices=names, default=[], help="a part by name")
    parser.add_argument("--quick", action="store_true", help="less of everything, in two minutes")
    given = parser.parse_args()
    return asyncio.run(run(Console(), given.only, quick=given.quick, parts=parts))


if __name__ == "__main__":
    sys.exit(main())
