"""A user by rules: deterministic for a seed, in words that the task gives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

from handrail.evals.simulation.personas import personas, spoken
from handrail.evals.simulation.task import CODE, Cue, Rule, Task, filled, places
from handrail.evals.simulation.user import Heard
from handrail.prompts.load import from_yaml


class RuleUser:
    """Answer what the agent asks, by the task's rules; else go on with the task's utterances.

    With the same task and seed it says the same in answer to the same.
    """

    def __init__(self, task: Task, seed: str) -> None:
        self._task = task
        # It draws wordings, and no secrets.
        self._random = Random(seed)  # noqa: S311  # nosec B311
        self._to_say = list(task.says)
        self._used: Counter[int] = Counter()
        self._first = True

    async def say(self, heard: Heard) -> str | None:
        """Return the next message, None where the user has nothing more to say."""
        facts = dict(self._task.knows) | ({CODE: heard.code} if heard.code else {})
        wordings = self._answer(heard, facts) or self._next(facts)
        if wordings is None:
            return None
        text = filled(self._random.choice(wordings), facts)
        persona = personas()[self._task.persona]
        said = spoken(text, persona, self._task.language, self._random, first=self._first)
        self._first = False
        return said

    def _answer(self, heard: Heard, facts: dict[str, str]) -> list[str] | None:
        """Return how the first rule answers that fits, has what it needs and is not used up."""
        for place, rule in enumerate(self._task.answers):
            if self._used[place] < rule.times and _fits(rule, heard.replies, facts):
                self._used[place] += 1
                return rule.say
        return None

    def _next(self, facts: dict[str, str]) -> list[str] | None:
        """Return the next utterance that can be said; one about a code that never came is left."""
        while self._to_say:
            wordings = self._to_say.pop(0)
            if places(wordings) <= facts.keys():
                return wordings
        return None


def _fits(rule: Rule, replies: Sequence[str], facts: dict[str, str]) -> bool:
    return places(rule.say) <= facts.keys() and any(hears(rule.when, text) for text in replies)


def hears(cue: Cue, text: str) -> bool:
    """Tell whether the agent's words hold a cue."""
    return any(expression.search(text) for expression in _cues()[cue])


@cache
def _cues() -> dict[Cue, list[re.Pattern[str]]]:
    text = Path(__file__).with_name("cues.yaml").read_text(encoding="utf-8")
    return {
        cue: [re.compile(expression, re.IGNORECASE) for expression in expressions]
        for cue, expressions in from_yaml(text).items()
    }
