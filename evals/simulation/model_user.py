"""A user played by a chat model, from the task's goal and persona."""

from __future__ import annotations

from functools import cache

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from handrail.evals.simulation.personas import personas
from handrail.evals.simulation.task import CODE, Task
from handrail.evals.simulation.user import Heard
from handrail.prompts.load import FOLDER, from_yaml, load

END = "[END]"
NAMES = {
    "en": "English", "es": "Spanish", "fr": "French", "de": "German",
    "pt": "Portuguese", "it": "Italian", "nl": "Dutch",
}  # fmt: skip


class ModelUser:
    """Let a model write the customer's side. It never sees a code: it writes {code} for it."""

    def __init__(self, task: Task, model: BaseChatModel) -> None:
        self._model = model
        self._conversation: list[BaseMessage] = [SystemMessage(prompt(task))]
        self._over = False

    async def say(self, heard: Heard) -> str | None:
        """Return the next message, None where the user has nothing more to say."""
        if self._over:
            return None
        self._conversation.append(HumanMessage(self._news(heard)))
        said = (await self._model.ainvoke(self._conversation)).text
        self._conversation.append(AIMessage(said))
        text, _, _ = said.partition(END)
        self._over = END in said
        return text.strip().replace(f"{{{CODE}}}", heard.code or "000000") or None

    def _news(self, heard: Heard) -> str:
        """Return what the model is told: the agent's words, and asides about what happened."""
        if len(self._conversation) == 1:
            return _asides()["opens"]
        news = list(heard.replies) or [_asides()["silent"]]
        return "\n\n".join([*news, *([_asides()["mail"]] if heard.code else [])])


def prompt(task: Task) -> str:
    """Return what the model is told of whom it plays."""
    known = "\n".join(f"- {name}: {fact}" for name, fact in task.knows.items())
    parts = {
        "language": NAMES[task.language],
        "manner": personas()[task.persona].manner,
        "wants": task.wants,
        "knows": known or _asides()["nothing"],
        "end": END,
    }
    text = load("simulation/user")
    for name, part in parts.items():
        text = text.replace(f"<{name}>", part)
    return text


@cache
def _asides() -> dict[str, str]:
    text = (FOLDER / "simulation" / "asides.yaml").read_text(encoding="utf-8")
    found: dict[str, str] = from_yaml(text)
    return found
