"""Read the tasks, and say of a bad one what to mend."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from handrail.evals.simulation.personas import personas
from handrail.evals.simulation.task import Task
from handrail.graph.opening import DEMO
from handrail.prompts.load import from_yaml

FOLDER = Path(__file__).resolve().parent.parent / "tasks"


class BadTask(ValueError):
    """A task cannot be played. Names the file, the task and the key, and says what to mend."""

    def __init__(self, path: Path, task: str, problem: str) -> None:
        super().__init__(path, task, problem)
        self.path = path
        self.task = task
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}, {self.task}: {self.problem}"


@dataclass(frozen=True)
class Known:
    """What a task may name: the customers and articles of the demo company, and the personas."""

    customers: frozenset[str]
    articles: frozenset[str]
    personas: frozenset[str]


def known_to_the_demo() -> Known:
    """Read what the demo company has."""
    company = from_yaml((DEMO / "company.yaml").read_text(encoding="utf-8"))
    return Known(
        customers=frozenset(customer["id"] for customer in company["customers"]),
        articles=frozenset(path.stem for path in (DEMO / "help_center").rglob("*.md")),
        personas=frozenset(personas()),
    )


def read_tasks(folder: Path = FOLDER) -> list[Task]:
    """Return the tasks of all files of a folder, in order. Raises BadTask."""
    known = known_to_the_demo()
    found = [
        (path, _task(path, place, row, known))
        for path in sorted(folder.glob("*.yaml"))
        for place, row in enumerate(_rows(path))
    ]
    counted = Counter(task.id for _, task in found)
    for path, task in found:
        if counted[task.id] > 1:
            raise BadTask(path, f"task {task.id!r}", "id: another task has it; choose another one")
    if not found:
        raise BadTask(folder, "no file", "holds no task; write one in a file ending in .yaml")
    return [task for _, task in found]


def _rows(path: Path) -> list[Any]:
    try:
        rows = from_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise BadTask(path, "the file", f"cannot be read as YAML: {problem}") from problem
    if not isinstance(rows, list):
        raise BadTask(path, "the file", "is no list of tasks; begin each one with `- id:`")
    return rows


def _task(path: Path, place: int, row: Any, known: Known) -> Task:
    named = row.get("id") if isinstance(row, dict) else None
    name = f"task {named!r}" if named else f"task number {place + 1}"
    if not isinstance(row, dict):
        raise BadTask(path, name, "is no mapping; write lines of `key: value`")
    try:
        task = Task.model_validate({**row, "kind": path.stem})
    except ValidationError as problem:
        first = problem.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise BadTask(path, name, f"{key}: {first['msg']}") from problem
    for key, names, there in (
        ("customer", [task.customer] if task.customer else [], known.customers),
        ("persona", [task.persona], known.personas),
        ("ends.cites", [one for any_of in task.ends.cites for one in any_of], known.articles),
    ):
        beyond = sorted(set(names) - there)
        if beyond:
            has = ", ".join(sorted(there))
            raise BadTask(path, name, f"{key}: {beyond[0]!r} is not known; there is {has}")
    return task
