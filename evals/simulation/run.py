"""Play every task several times, and say how often it is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from handrail.evals.simulation.company import Company
from handrail.evals.simulation.ending import Ending
from handrail.evals.simulation.grader import Failure, grade
from handrail.evals.simulation.passing import pass_hat
from handrail.evals.simulation.player import play
from handrail.evals.simulation.task import Task
from handrail.evals.simulation.user import User

NewUser = Callable[[Task, str], User]  # of a task and a seed


@dataclass(frozen=True)
class Trial:
    """One playing of one task; passed where nothing differed."""

    task: Task
    number: int
    ending: Ending
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Tell whether it ended as it had to."""
        return not self.failures


@dataclass(frozen=True)
class Figures:
    """How a group of tasks did; `pass_hat` holds pass^1, pass^2 and so on."""

    tasks: int
    trials: int
    passed: int
    pass_hat: tuple[float, ...]


async def simulate(
    tasks: Sequence[Task],
    company: Company,
    new_user: NewUser,
    trials: int,
    seen: Callable[[Trial], None] = lambda trial: None,
) -> list[Trial]:
    """Play each task so many times, one after the other; `seen` is told of each trial."""
    found = []
    for task in tasks:
        for number in range(1, trials + 1):
            seed = f"{task.id}/{number}"
            ending = await play(task, company, new_user(task, seed), f"simulation/{seed}")
            trial = Trial(task, number, ending, tuple(grade(task, ending)))
            seen(trial)
            found.append(trial)
    return found


def figures(trials: Iterable[Trial]) -> Figures:
    """Return how these did. Pure. Raises ValueError where there are none."""
    by_task: dict[str, list[bool]] = defaultdict(list)
    for trial in trials:
        by_task[trial.task.id].append(trial.passed)
    results = list(by_task.values())
    most = min(map(len, results), default=1)
    return Figures(
        tasks=len(results),
        trials=sum(map(len, results)),
        passed=sum(map(sum, results)),
        pass_hat=tuple(pass_hat(results, k) for k in range(1, most + 1)),
    )


def grouped(trials: Sequence[Trial], by: Callable[[Task], str]) -> dict[str, Figures]:
    """Return the figures of each group of tasks, by name. Pure."""
    groups: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        groups[by(trial.task)].append(trial)
    return {name: figures(group) for name, group in sorted(groups.items())}
