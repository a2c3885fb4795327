"""The stack that faults are played on: servers of its own, a webhook, a model that breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from handrail.app.chaos.broken_model import BrokenModel, open_broken_model
from handrail.app.chaos.disk import small_disk
from handrail.app.chaos.run import Result, run
from handrail.app.chaos.scene import Fault, Scene
from handrail.app.chaos.sink import Sink, open_sink
from handrail.app.prod.options import Options
from handrail.app.prod.stack import Stack, production


@dataclass(frozen=True)
class Stage:
    """One stack under faults of one environment."""

    stack: Stack
    sink: Sink
    model: BrokenModel
    random: Random
    disk: Path | None

    def play(self, fault: Fault, conversations: int) -> Result:
        """Play one fault to its end."""
        scene = Scene(self.stack, self.sink, self.model, self.random, self.disk)
        return asyncio.run(run(fault, scene, conversations))


@contextmanager
def open_stage(folder: Path, workers: int, fault: Fault, random: Random) -> Iterator[Stage]:
    """Start the stack with what these faults need, and end it. Raises CannotStart."""
    options = Options(_env_file=None, port=0)
    folder.mkdir(parents=True, exist_ok=True)
    with open_sink() as sink, open_broken_model() as model, small_disk(fault.disk) as disk:
        told = {
            "HANDRAIL_WEBHOOK_URL": sink.url, "HANDRAIL_WEBHOOK_SECRET": sink.secret,
            "OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "none",
            "HANDRAIL_ADDRESS_LIMIT": "0", **fault.environment,
            **(fault.prepares(folder.resolve()) if fault.prepares else {}),
        }  # fmt: skip
        with production(
            folder,
            workers,
            options=options,
            own_servers=True,
            postgres_within=disk,
            environment=told,
        ) as stack:
            yield Stage(stack, sink, model, random, disk)
