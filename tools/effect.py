"""Tools are capabilities: READ or WRITE, and who may have which."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal

from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, StructuredTool
from langchain_core.tools.base import FILTERED_ARGS
from pydantic import BaseModel, ValidationError


class Effect(StrEnum):
    """What a tool does: READ looks, WRITE changes or sends something."""

    READ = "read"
    WRITE = "write"


class PlainTool(StructuredTool):
    """A tool whose arguments all come from the model.

    LangChain would look through signatures and type hints for injected ones at each call, which
    takes longer than most tools of ours.
    """

    @property
    def _injected_args_keys(self) -> frozenset[str]:
        return frozenset()

    def _filter_injected_args(self, tool_input: dict[str, Any]) -> dict[str, Any]:
        return {name: given for name, given in tool_input.items() if name not in FILTERED_ARGS}

    async def _arun(
        self, *args: Any, config: RunnableConfig, run_manager: Any = None, **kwargs: Any
    ) -> Any:
        if self.coroutine is None:
            raise NotImplementedError(f"{self.name} has no coroutine")
        return await self.coroutine(*args, **kwargs)

    async def run_alone(self, given: dict[str, Any], config: RunnableConfig) -> Any:
        """Run with what a model gives, as `ainvoke` does, and tell no callback of LangChain's.

        Where nobody listens, its way around a call takes longer than most of ours.
        A tool that is made in another way runs as LangChain has it, with `config`.
        """
        explain, schema = self.handle_validation_error, self.args_schema
        if self.coroutine is None or not callable(explain) or not isinstance(schema, type):
            return await self.ainvoke(given, config=config)
        if not issubclass(schema, BaseModel):
            return await self.ainvoke(given, config=config)
        try:
            read = schema.model_validate(given)
        except ValidationError as problem:
            return explain(problem)
        return await self.coroutine(**{name: getattr(read, name) for name in schema.model_fields})


class ReadTool(PlainTool):
    """A tool that only looks."""

    effect: Literal[Effect.READ] = Effect.READ


class WriteTool(PlainTool):
    """A tool that changes or sends something.

    `to_owner_only` says that its whole effect is a message to the address on file, so that it
    harms nobody whoever asks for it.
    """

    effect: Literal[Effect.WRITE] = Effect.WRITE
    to_owner_only: bool = False


def allowed(tools: Sequence[BaseTool], *, verified: bool, may_write: bool) -> list[BaseTool]:
    """Return the tools that a run may have; the others are not there for the model to ask for.

    READ tools always. WRITE tools where nothing has instructed the machine (`may_write`), to a
    verified customer; to anybody only where the owner alone gets a message. A tool that does not
    say what it does counts as WRITE.
    """
    return [
        tool
        for tool in tools
        if isinstance(tool, ReadTool)
        or (may_write and (verified or (isinstance(tool, WriteTool) and tool.to_owner_only)))
    ]
