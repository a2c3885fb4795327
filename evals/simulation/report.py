"""Show how the tasks went: figures, a table by kind of task, and every failure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handrail.evals.simulation.run import Figures, Trial, figures, grouped

LONGEST = 160  # characters of a message that are shown


def show(out: Console, trials: Sequence[Trial]) -> None:
    """Print pass^k, the table, and each failed trial with its conversation."""
    whole = figures(trials)
    table = Table(title=f"{whole.tasks} tasks, {whole.trials} trials", title_justify="left")
    for column in ("kind", "tasks", "passed", *_names(whole)):
        table.add_column(column, justify="left" if column == "kind" else "right")
    for kind, group in grouped(trials, lambda task: task.kind).items():
        _add(table, kind, group)
    table.add_section()
    _add(table, "all", whole)
    for trial in trials:
        if not trial.passed:
            _show_failed(out, trial)
    out.print(table)
    shares = zip(_names(whole), whole.pass_hat, strict=True)
    out.print(", ".join(f"{name} {share:.3f}" for name, share in shares), highlight=False)


def _names(whole: Figures) -> list[str]:
    return [f"pass^{k}" for k in range(1, len(whole.pass_hat) + 1)]


def _add(table: Table, kind: str, group: Figures) -> None:
    shares = [f"{share:.3f}" for share in group.pass_hat]
    table.add_row(kind, str(group.tasks), f"{group.passed}/{group.trials}", *shares)


def _show_failed(out: Console, trial: Trial) -> None:
    out.print(f"[bold red]{trial.task.id}[/], trial {trial.number}", highlight=False)
    for failure in trial.failures:
        out.print(f"  [red]{failure.name}[/]: {escape(failure.detail)}", highlight=False)
    for line in trial.ending.lines:
        out.print(f"  [dim]{line.who}: {escape(shortened(line.text))}[/]", highlight=False)


def shortened(text: str) -> str:
    """Return a message on one line, and no longer than fits. Pure."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1]}…"


def as_json(trials: Sequence[Trial], setting: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything as plain JSON values; of failed trials the whole conversation."""
    return {
        **setting,
        "all": asdict(figures(trials)),
        "kinds": {k: asdict(f) for k, f in grouped(trials, lambda task: task.kind).items()},
        "languages": {k: asdict(f) for k, f in grouped(trials, lambda t: t.language).items()},
        "failures": [
            {
                "task": trial.task.id,
                "trial": trial.number,
                "failures": [asdict(failure) for failure in trial.failures],
                "conversation": [asdict(line) for line in trial.ending.lines],
            }
            for trial in trials
            if not trial.passed
        ],
    }


def write(folder: Path, found: Mapping[str, Any]) -> Path:
    """Write simulate.json into a folder, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "simulate.json"
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
