"""handrail eval simulate: users play the tasks on the graph with the model in force."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from handrail.app.terminal import err
from handrail.evals.simulation import report as page
from handrail.evals.simulation.company import open_company
from handrail.evals.simulation.model_user import ModelUser
from handrail.evals.simulation.opinion import opinions, summed_up
from handrail.evals.simulation.reading import read_tasks
from handrail.evals.simulation.rule_user import RuleUser
from handrail.evals.simulation.run import NewUser, Trial, simulate
from handrail.evals.simulation.task import Task
from handrail.graph.settings import Settings
from handrail.tools.errors import BadSettings


class Player(StrEnum):
    """Who plays the customers."""

    rules = "rules"
    model = "model"


Trials = Annotated[int, typer.Option(min=1, help="simulate: how often each task is played.")]
Only = Annotated[
    list[str] | None, typer.Option("--task", metavar="ID", help="simulate: this task only.")
]
PlayedBy = Annotated[
    Player, typer.Option(help="simulate: who plays the customer; model: HANDRAIL_USER_MODEL.")
]


def run_simulate(
    out: Console,
    settings: Settings,
    report: Path,
    *,
    trials: int,
    only: list[str] | None,
    player: Player,
) -> int:
    """Play the tasks, print the figures and the failures, and write simulate.json; return 0.

    Nothing of a real company is touched: the demo company is played, in a database of this run's
    own, and no mail is sent. An unknown task is 2. Raises BadTask, BadSettings or BadModel.
    """
    tasks = _chosen(read_tasks(), only)
    if not tasks:
        out.print(f"no task is called {' or '.join(only or [])}", style="red", markup=False)
        return 2
    name = _user_model(settings) if player is Player.model else None
    with tempfile.TemporaryDirectory(prefix="handrail-simulate-") as folder:
        company = open_company(settings, Path(folder))
        new_user = _users(name, settings)
        total = len(tasks) * trials
        with err.status(f"Playing {total} conversations…") as status:
            done: list[Trial] = []

            def seen(trial: Trial) -> None:
                done.append(trial)
                status.update(f"{len(done)} of {total} conversations")

            found = asyncio.run(simulate(tasks, company, new_user, trials, seen))
            judge = company.services.judge
            thought = asyncio.run(opinions(found, judge)) if judge else []
        company.engine.dispose()
        setting: dict[str, Any] = {
            "model": settings.model,
            "user": str(player),
            "policy": company.services.policy.version,
            "heads": company.services.heads.digest,
        }
    page.show(out, found)
    if judge:
        setting["judged by a model"] = summed_up(thought, judge.name)
        setting["opinions"] = [asdict(opinion) for opinion in thought]
        out.print(summed_up(thought, judge.name), markup=False, highlight=False)
    path = page.write(report, page.as_json(found, setting))
    out.print(f"model {settings.model}, user {player}; written to {path}", markup=False)
    return 0


def _chosen(tasks: list[Task], only: list[str] | None) -> list[Task]:
    return [task for task in tasks if task.id in only] if only else tasks


def _user_model(settings: Settings) -> str:
    """Return the name of the model that plays the user. Raises BadSettings where none can."""
    name = settings.user_model
    if not name or name == "embedded":
        what = "No model plays the customer"
        raise BadSettings(what, "Set HANDRAIL_USER_MODEL, to openai:<name> for instance.")
    return name


def _users(name: str | None, settings: Settings) -> NewUser:
    """Return what makes the user of a trial: by rules where no model is named."""
    if name is None:
        return RuleUser
    [link] = settings.open_chain(name, hidden=frozenset())  # all they say is made up
    return lambda task, seed: ModelUser(task, link.model)
