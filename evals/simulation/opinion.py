"""What a model thinks of a conversation: an opinion, marked as one, that no figure is made of."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from json_repair import repair_json
from langchain_core.messages import HumanMessage, SystemMessage

from handrail.evals.simulation.run import Trial
from handrail.graph.writing.fence import CONVERSATION, fenced
from handrail.models.provider import CALL_FAILED, Link
from handrail.prompts.load import load

LONGEST = 300  # characters of a reason that are kept


@dataclass(frozen=True)
class Opinion:
    """Whether a model finds that the customer was served well, and why; None for no opinion."""

    well: bool | None
    why: str


async def opinions(trials: Sequence[Trial], judge: Link) -> list[Opinion]:
    """Ask the judge about each conversation, a few at once; a call that fails is no opinion."""
    return list(await asyncio.gather(*(_opinion(trial, judge) for trial in trials)))


async def _opinion(trial: Trial, judge: Link) -> Opinion:
    said = "\n".join(f"{line.who}: {line.text}" for line in trial.ending.lines)
    asked = [SystemMessage(load("simulation/opinion")), HumanMessage(fenced(said, CONVERSATION))]
    try:
        async with judge.at_once.slot(), asyncio.timeout(judge.seconds):
            answer = await judge.model.ainvoke(asked)
    except CALL_FAILED as problem:
        return Opinion(None, f"no opinion: {type(problem).__name__}")
    return read_opinion(answer.text)


def read_opinion(text: str) -> Opinion:
    """Read what a judge said. Pure."""
    found: Any = repair_json(text, return_objects=True)
    if not isinstance(found, dict) or not isinstance(found.get("well"), bool):
        return Opinion(None, "no opinion: it cannot be read")
    return Opinion(found["well"], str(found.get("why", ""))[:LONGEST])


def summed_up(found: Sequence[Opinion], judge: str) -> str:
    """Return one line that says what it is: an opinion of a model. Pure."""
    given = [opinion for opinion in found if opinion.well is not None]
    well = sum(bool(opinion.well) for opinion in given)
    return (
        f"Judged by a model ({judge}), an opinion and no measurement: served well in {well} of "
        f"{len(given)} conversations, no opinion on {len(found) - len(given)}."
    )
