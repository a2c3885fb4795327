"""Read the labelled utterances that the heads learn from (prompts/examples/*.yaml)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from handrail.prompts.load import from_yaml

FOLDER = Path(__file__).resolve().parent.parent / "prompts" / "examples"


class BadExamples(ValueError):
    """A file of examples cannot be used; says which and what to mend."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class ExampleFile(BaseModel):
    """One intent or guard with its utterances by language."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["intent", "guard"]
    name: str
    title: str
    route: Literal["automate", "escalate"] | None = None
    examples: dict[str, list[str]]
    hard_negatives: dict[str, list[str]] = {}

    @model_validator(mode="after")
    def _one_shape_per_kind(self) -> ExampleFile:
        if self.kind == "intent" and (self.route is None or self.hard_negatives):
            raise ValueError("an intent needs `route` and has no `hard_negatives`")
        if self.kind == "guard" and (self.route is not None or not self.hard_negatives):
            raise ValueError("a guard needs `hard_negatives` and has no `route`")
        return self

    def utterances(self) -> list[str]:
        """Return all examples, every language."""
        return [text for texts in self.examples.values() for text in texts]

    def negatives(self) -> list[str]:
        """Return all hard negatives, every language."""
        return [text for texts in self.hard_negatives.values() for text in texts]


@dataclass(frozen=True)
class Examples:
    """All intents and guards of a folder, with the hash of their bytes."""

    intents: tuple[ExampleFile, ...]
    guards: tuple[ExampleFile, ...]
    digest: str

    def texts(self) -> Iterator[str]:
        """Yield every utterance once per mention."""
        for file in (*self.intents, *self.guards):
            yield from file.utterances()
            yield from file.negatives()


def read_examples(folder: Path = FOLDER) -> Examples:
    """Read every YAML file of a folder; raise BadExamples naming the file that needs mending."""
    files: list[ExampleFile] = []
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + raw)
        try:
            files.append(ExampleFile.model_validate(from_yaml(raw)))
        except (ValidationError, yaml.YAMLError, UnicodeDecodeError) as problem:
            raise BadExamples(path, str(problem)) from problem
    if not any(file.kind == "intent" for file in files):
        raise BadExamples(folder, "no intent found; put at least one file with `kind: intent` here")
    return Examples(
        intents=tuple(file for file in files if file.kind == "intent"),
        guards=tuple(file for file in files if file.kind == "guard"),
        digest=digest.hexdigest()[:16],
    )
