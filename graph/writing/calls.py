"""Call the models of the chain: one after the other, each in its time, and count what it takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.exceptions import ContextOverflowError, ModelAPIError, ModelInvalidRequestError
from langchain_core.messages import AIMessage, BaseMessage

from handrail.graph.writing.final import mended_calls
from handrail.graph.writing.health import Health, ModelsDown, Spent, usage_of
from handrail.models import meters as ours
from handrail.models import telemetry_names as names
from handrail.models.provider import CALL_FAILED, Link
from handrail.models.telemetry import chat_span
from handrail.tools.backends.attempt import AttemptFailed, Passing

log = structlog.get_logger("handrail")
LONGEST = 40_000  # characters of one message of a model, calls included
Handler = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]


class Calls(AgentMiddleware[Any, Any, Any]):
    """Carry out an agent's calls with the first link that answers.

    A link that has failed is not asked again in this turn, and after several failures in a row it
    is left alone for a while; the next one goes on with the same conversation. `until` is when all
    of it must be over, by `time.monotonic`. A server that cannot be made to call a tool (some
    refuse it, some fail) is asked once more without, and its answer is read from the text.
    """

    def __init__(self, chain: Sequence[Link], health: Health, until: float, spent: Spent) -> None:
        super().__init__()
        self._left = list(chain)
        self._health = health
        self._until = until
        self._spent = spent

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: Handler
    ) -> ModelResponse[Any]:
        """Return the answer of the first link that gives one. Raises ModelsDown."""
        while self._left:
            link = self._left[0]
            left = self._until - time.monotonic()
            if left <= 0:
                self._spent.tried.append("The time for an answer was used up")
                break
            try:
                with self._health.guarding(link):
                    return await self._in_time(link, min(link.seconds, left), request, handler)
            except AttemptFailed as problem:
                self._left.pop(0)
                self._spent.tried.append(f"{link.name}: {problem.reason}")
                ours.meters.failovers.add(1, {names.REQUEST_MODEL: link.name})
                await log.awarning("model_failed", model=link.name, reason=problem.reason)
        raise ModelsDown(self._spent)

    async def _in_time(
        self, link: Link, seconds: float, request: ModelRequest[Any], handler: Handler
    ) -> ModelResponse[Any]:
        """Call one model. Raises Passing, which says in plain words what happened.

        No text of the provider's is in it, for that may repeat a prompt.
        """
        try:
            async with asyncio.timeout(seconds), link.at_once.slot():
                return await self._call(link, request, handler)
        except TimeoutError as problem:
            raise Passing(f"no answer in {seconds:.3g} s") from problem
        except CALL_FAILED as problem:
            counts = not isinstance(problem, ModelInvalidRequestError | ContextOverflowError)
            raise Passing(f"failed ({type(problem).__name__})", counts=counts) from problem

    async def _call(
        self, link: Link, request: ModelRequest[Any], handler: Handler
    ) -> ModelResponse[Any]:
        asked = request.override(model=link.model)
        plain = asked.override(response_format=None)
        if link.name in self._health.unforced:
            response = await _spanned(link, plain, handler)
        else:
            try:
                response = await _spanned(link, asked, handler)
            except (ModelInvalidRequestError, ModelAPIError) as problem:
                response = await _spanned(link, plain, handler)
                if isinstance(problem, ModelInvalidRequestError):  # a failure may be a passing one
                    self._health.unforced.add(link.name)
        response.result = [self._taken(link, message) for message in response.result]
        return response

    def _taken(self, link: Link, message: BaseMessage) -> BaseMessage:
        """Count what a message took, and mend its broken tool calls."""
        if not isinstance(message, AIMessage):
            return message
        if len(str(message.content)) + len(str(message.tool_calls)) > LONGEST:
            raise ValueError("longer than any reply")
        self._spent.usage.append(usage_of(link, message))
        return mended_calls(message)


async def _spanned(link: Link, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
    """Call a model within a span of its own."""
    with chat_span(link.provider, link.name.partition(":")[2]) as span:
        response = await handler(request)
        for said in response.result:
            if isinstance(said, AIMessage):
                span.answered(request.messages, said, link.model.hidden)
        return response
