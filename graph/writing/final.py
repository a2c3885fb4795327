"""The final answer of a model of others: its schema, and how it is read whatever form it has."""

from __future__ import annotations

import re
from typing import Any, Literal

from json_repair import repair_json
from langchain.agents.structured_output import ToolStrategy
from langchain_core.messages import AIMessage, BaseMessage
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from handrail.graph.state import Claim
from handrail.prompts.load import load

NAME = "final_answer"
PERCENT = 100
CUT_OFF = "length"  # OpenAI's word for an answer that reached the limit of tokens
ASKS = ("order_number", "email", "code")
_FENCE = re.compile(r"^\s*```\w*\s*|\s*```\s*$")


class Claimed(BaseModel):
    """One thing that the reply says is so."""

    model_config = ConfigDict(extra="ignore")

    text: str = Field(default="", max_length=2000)
    source: str = Field(default="", max_length=200)
    quote: str = Field(default="", max_length=2000)


class FinalAnswer(BaseModel):
    """What a model gives in the end. `confidence` is its own, in [0, 1], and decides nothing."""

    model_config = ConfigDict(extra="ignore")

    reply: str = Field(max_length=8000)
    claims: list[Claimed] = []
    asks_for: Literal["nothing", "order_number", "email", "code", "something_else"] = "nothing"
    confidence: float | None = None

    @field_validator("asks_for", mode="before")
    @classmethod
    def _known(cls, given: Any) -> Any:
        """Take what is missing for nothing, and what has no name of ours for something else."""
        if given in {None, "", "none", "null", "nothing"}:
            return "nothing"
        return given if given in ASKS else "something_else"

    @field_validator("confidence", mode="before")
    @classmethod
    def _share(cls, given: Any) -> Any:
        """Read 95, "95 %" and 0.95 alike; what is no share is none."""
        try:
            value = float(str(given).strip().rstrip("%"))
        except ValueError:
            return None
        value = value / PERCENT if 1 < value <= PERCENT else value
        return value if 0 <= value <= 1 else None

    @property
    def asked(self) -> str | None:
        """Return what it asks the customer for, as state names it."""
        return None if self.asks_for == "nothing" else self.asks_for

    def claimed(self) -> list[Claim]:
        """Return the claims as state has them."""
        return [Claim(text=c.text, source=c.source, quote=c.quote) for c in self.claims]


def strategy() -> ToolStrategy[FinalAnswer]:
    """Return LangChain's strategy: the answer is the arguments of a tool that is called last."""
    made = ToolStrategy(FinalAnswer, tool_message_content="Received.")
    for spec in made.schema_specs:
        spec.name, spec.description = NAME, load(NAME)
    return made


def read_final(state: dict[str, Any]) -> FinalAnswer | None:
    """Return the final answer of an agent's run; None where nothing can be read as one.

    The structured one first, then the arguments of its call, mended where they are broken JSON,
    then a text that holds JSON. Plain prose is none: nothing says what its claims stand on. What
    was cut off is none either: the condition of what it says may have come next.
    """
    said = _last(state.get("messages", []))
    if said is None or said.response_metadata.get("finish_reason") == CUT_OFF:
        return None
    found = state.get("structured_response")
    if isinstance(found, FinalAnswer):
        return found
    calls = [*said.tool_calls, *said.invalid_tool_calls]
    for call in calls:
        if call["name"] == NAME:
            return _as_answer(call["args"])
    return _as_answer(said.text) if "{" in said.text else None


def prose_of(state: dict[str, Any]) -> str:
    """Return what the model said last in plain words, for the person who takes over."""
    said = _last(state.get("messages", []))
    return said.text.strip() if said else ""


def mended_calls(said: AIMessage) -> AIMessage:
    """Return a message whose broken tool calls are mended, where that can be done.

    That of the final answer stays: nothing is carried out by it, and `read_final` reads it.
    """
    kept = [call for call in said.tool_calls if isinstance(call["args"], dict)]
    broken = []
    for call in said.invalid_tool_calls:
        arguments = _mended(call["args"])
        mendable = call["name"] and call["name"] != NAME
        if mendable and isinstance(arguments, dict) and call["args"]:
            made = {"name": call["name"], "args": arguments, "id": call["id"], "type": "tool_call"}
            kept.append(made)  # type: ignore[arg-type]
        else:
            broken.append(call)
    if len(kept) == len(said.tool_calls):
        return said
    return said.model_copy(update={"tool_calls": kept, "invalid_tool_calls": broken})


def _last(messages: list[BaseMessage]) -> AIMessage | None:
    return next((m for m in reversed(messages) if isinstance(m, AIMessage)), None)


def _as_answer(given: Any) -> FinalAnswer | None:
    """Read an object, or the text of one that is whole, however broken inside."""
    if isinstance(given, str) and not _bare(given).endswith("}"):
        return None
    value = _mended(given) if isinstance(given, str) else given
    if isinstance(value, dict) and isinstance(value.get("arguments"), dict):
        value = value["arguments"]  # a call of the tool, written out as text
    if not isinstance(value, dict) or not isinstance(value.get("reply"), str):
        return None
    try:
        return FinalAnswer.model_validate(value)
    except ValidationError:
        return None


def _mended(given: str | None) -> Any:
    """Parse JSON, mended where it is broken."""
    return repair_json(_bare(given or ""), return_objects=True)


def _bare(given: str) -> str:
    return _FENCE.sub("", given).strip()
