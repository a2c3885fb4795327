"""The command line: one function for each command; those of a kind stand in files of their own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from handrail.app.audit_commands import audit
from handrail.app.chat import run_chat
from handrail.app.conversations.protocol import ConversationsDown
from handrail.app.demo import run_demo
from handrail.app.doctor import run_doctor
from handrail.app.forget_command import forget
from handrail.app.key_commands import keys
from handrail.app.new import new
from handrail.app.notification_commands import notifications
from handrail.app.replay_command import replay
from handrail.app.report import run_report
from handrail.app.retention_command import retention
from handrail.app.simulate_command import Only, PlayedBy, Player, Trials, run_simulate
from handrail.app.telemetry import telemetry
from handrail.app.terminal import Since, Until, check_period, err, out, quiet
from handrail.evals.insights_page import FORMATS, Format
from handrail.evals.rows import BadRow
from handrail.evals.run import run_calibrate, run_eval
from handrail.evals.simulation.reading import BadTask
from handrail.graph.opening import open_knowledge, open_records, open_services, open_suspect
from handrail.graph.policy_file import BadPolicy
from handrail.graph.settings import Settings
from handrail.models.encoder import UseEncoder
from handrail.models.examples import BadExamples
from handrail.models.provider import BadModel
from handrail.store.database import open_database
from handrail.store.errors import StoreDown
from handrail.store.knowledge.protocol import KnowledgeDown
from handrail.store.migrate import migrate as change_schema
from handrail.store.migrate import revision_of, revisions
from handrail.store.reviews.protocol import NotPicked
from handrail.tools.errors import BadSettings
from handrail.tools.post.protocol import BadAddress

app = typer.Typer(
    help="Handrail answers the routine, with citations, and hands everything else to a person.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("forget")(forget)
app.command("new")(new)
app.command("replay")(replay)
app.command("retention")(retention)
app.add_typer(audit, name="audit")
app.add_typer(keys, name="keys")
app.add_typer(notifications, name="notifications")
MENDABLE = (
    BadAddress, BadPolicy, BadExamples, BadRow, StoreDown, KnowledgeDown, NotPicked,
    ConversationsDown, BadSettings, BadModel, BadTask,
)  # fmt: skip


@app.command()
def chat(
    customer: Annotated[
        str | None, typer.Option(help="Talk as this customer of the demo company, signed in.")
    ] = None,
    explain: Annotated[bool, typer.Option(help="Show each decision.")] = False,  # noqa: FBT002
) -> None:
    """Talk to the agent in the terminal. An empty line or Ctrl-D ends it."""
    quiet()
    settings = Settings()
    with telemetry(settings):
        code = asyncio.run(run_chat(out, settings, customer, explain=explain))
    raise typer.Exit(code)


@app.command()
def demo() -> None:
    """Play the demo conversations, with each decision, then CSAT by path."""
    quiet()
    settings = Settings()
    with telemetry(settings):
        code = asyncio.run(run_demo(out, settings))
    raise typer.Exit(code)


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Markdown, HTML or text files, or folders.")],
) -> None:
    """Put help-centre files into Chroma; only what changed is embedded again."""
    quiet()
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise typer.BadParameter(f"no such file or folder: {', '.join(missing)}")
    settings, encoder = Settings(), UseEncoder()
    knowledge = open_knowledge(settings, encoder)
    with err.status("Reading what the guards learn from; the first time that takes a minute"):
        suspect = open_suspect(settings, encoder)
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task("Passages", total=None)
        report = knowledge.ingest(
            paths,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
            suspect=suspect,
        )
    out.print(
        f"added {report.added}, changed {report.changed}, removed {report.removed}, "
        f"unchanged {report.unchanged}"
    )
    for skipped in report.skipped:
        err.print(f"left out: {skipped}", style="yellow", markup=False)
    raise typer.Exit(1 if report.skipped else 0)


@app.command("eval")
def evaluate(
    name: Annotated[
        str,
        typer.Argument(
            help="routing, guards, retrieval, grounding, calibration, time, all; "
            "or calibrate, simulate"
        ),
    ] = "all",
    data: Annotated[Path, typer.Option(help="Folder (or file) of labelled rows.")] = Path(
        "../shared/data"
    ),
    report: Annotated[Path, typer.Option(help="Where the report goes.")] = Path("reports"),
    *,
    trials: Trials = 4,
    task: Only = None,
    user: PlayedBy = Player.rules,
) -> None:
    """Measure what is decided, found and taken, with a report; or calibrate the confidence.

    simulate has users play whole conversations, and says how often they end as they have to.
    """
    quiet()
    settings = Settings()
    if name == "simulate":
        done = run_simulate(out, settings, report, trials=trials, only=task, player=user)
        raise typer.Exit(done)
    services = open_services(settings)
    if name == "calibrate":
        fitted = run_calibrate(out, services, data, settings.data / "models")
        raise typer.Exit(asyncio.run(fitted))
    raise typer.Exit(asyncio.run(run_eval(out, services, name, data, report)))


@app.command()
def migrate(
    to: Annotated[str, typer.Option(help="A revision, head or base.")] = "head",
) -> None:
    """Bring the stores' schema to a revision, up or down. At start it goes up by itself.

    Going down takes away what the newer revisions keep; base takes away everything.
    """
    quiet()
    engine = open_database(Settings().database())
    was = change_schema(engine, to)
    with engine.connect() as connection:
        now = revision_of(connection)
    engine.dispose()
    out.print(f"from {was or 'base'} to {now or 'base'}, of {', '.join(revisions())}")


@app.command()
def report(
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Write insights.html, .csv and .json there."),
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="LIST",
            help="Which files to write: html, csv, json, with commas between; "
            "into reports/ without --out.",
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Show CSAT by path, quality against its bars, and handoffs; write them as files when asked.

    Deflection is withheld, and the report says why, until every bar of policy.toml holds.
    """
    quiet()
    chosen = FORMATS if formats is None else _formats(formats)
    folder = Path("reports") if out_folder is None and formats else out_folder
    check_period(since, until)
    done = run_report(
        out, open_records(Settings()), since=since, until=until, folder=folder, formats=chosen
    )
    raise typer.Exit(asyncio.run(done))


def _formats(text: str) -> list[Format]:
    """Return the formats that a comma-separated list names. Raises BadParameter."""
    named = [name.strip() for name in text.split(",") if name.strip()]
    chosen = [name for name in FORMATS if name in named]
    if not named or len(chosen) < len(set(named)):
        what = f"{text!r} names no format we write; choose from {','.join(FORMATS)}"
        raise typer.BadParameter(what)
    return chosen


@app.command()
def doctor(
    launch: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            "--launch",
            help="Also what customers need: owners and people to reach, safe settings, models that "
            "answer, calibration, quality bars, surveys, audit, telemetry.",
        ),
    ] = False,
) -> None:
    """Check configuration, stores and model, and say what to mend; exit 1 where something is."""
    quiet()
    raise typer.Exit(asyncio.run(run_doctor(out, Settings(), launch=launch)))


def main() -> None:
    """Run a command; a mistake that somebody can mend is one line, not a trace."""
    try:
        app()
    except MENDABLE as problem:
        err.print(f"handrail: {problem}", style="red", markup=False, highlight=False)
        sys.exit(2)
