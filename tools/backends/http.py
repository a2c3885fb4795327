"""Call a service over HTTP: within a time, tried again where that helps, or BackendDown."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
from pydantic import ValidationError
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)  # fmt: skip

from handrail.tools.backends.attempt import AttemptFailed, Lasting, Passing, tell
from handrail.tools.backends.breaker import CircuitBreaker
from handrail.tools.backends.exchange import SHAPE, Answer, Limits, Request, exchange
from handrail.tools.errors import BackendDown

Result = TypeVar("Result")
LOOK = "Look at the service and at the network between; a person has the conversation."
_BACKOFF = wait_random_exponential(multiplier=0.1, max=1.0)


class HttpBackend:
    """A service at one address. `name` is how a person at the desk calls it."""

    def __init__(
        self,
        name: str,
        address: httpx.URL,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        breaker: CircuitBreaker | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self.address = address
        self._limits = limits
        self._breaker = breaker or CircuitBreaker()
        self._sleep = sleep
        self._tls: ssl.SSLContext | bool = address.scheme == "https" and httpx.create_ssl_context()

    async def ask(
        self,
        doing: str,
        prepare: Callable[[], Request],
        read: Callable[[Answer], Result],
        *,
        expect: frozenset[int] = frozenset({200}),
    ) -> Result:
        """Return what `read` makes of the answer. Raises BackendDown, which says what was tried.

        `prepare` is called for each attempt, so that each is signed as of now. `read` may raise
        Passing, Lasting or ValidationError. `doing` must name no customer.
        """
        reasons: list[str] = []
        deadline = time.monotonic() + self._limits.budget
        attempts = AsyncRetrying(
            retry=retry_if_exception_type(Passing),
            stop=stop_after_attempt(self._limits.attempts) | stop_before_delay(self._limits.budget),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            # A client of its own for each call: connections belong to one event loop, and
            # services outlive loops.
            async with httpx.AsyncClient(
                verify=self._tls, follow_redirects=False, timeout=self._limits.timeout
            ) as client:
                async for attempt in attempts:
                    with attempt:
                        return await self._try(
                            client, prepare, read, expect, reasons=reasons, deadline=deadline
                        )
        except Passing as problem:
            raise self._down(doing, reasons, LOOK) from problem
        except Lasting as problem:
            raise self._down(doing, reasons, problem.mend) from problem
        raise AssertionError("tenacity returns or raises")

    async def _try(
        self,
        client: httpx.AsyncClient,
        prepare: Callable[[], Request],
        read: Callable[[Answer], Result],
        expect: frozenset[int],
        *,
        reasons: list[str],
        deadline: float,
    ) -> Result:
        seconds = min(self._limits.timeout, max(0.05, deadline - time.monotonic()))
        try:
            with self._breaker.guarding():
                return read(
                    await exchange(
                        client, self.address, prepare(), seconds=seconds, expect=expect,
                        most_bytes=self._limits.most_bytes,
                    )
                )  # fmt: skip
        except ValidationError as problem:
            places = "; ".join(
                f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}"
                for e in problem.errors(include_input=False)[:3]
            )
            reasons.append(f"its answer has another shape ({places})")
            raise Lasting(reasons[-1], SHAPE) from problem
        except AttemptFailed as problem:
            reasons.append(problem.reason)
            raise

    def _down(self, doing: str, reasons: list[str], mend: str) -> BackendDown:
        tried = tell(doing, self.name, reasons)
        return BackendDown(f"{doing} failed: {reasons[-1]}", mend, tried)


def _wait(state: RetryCallState) -> float:
    """Return how long to wait: what the service asked for, else longer from time to time."""
    problem = state.outcome.exception() if state.outcome else None
    asked = problem.wait if isinstance(problem, Passing) else 0.0
    return max(asked, _BACKOFF(state))
