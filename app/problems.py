"""Errors as application/problem+json (RFC 9457): one shape for whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from handrail.store.errors import StoreDown

MEDIA_TYPE = "application/problem+json"
KINDS = "urn:handrail:problem:"
RETRY_SECONDS = "5"


class ProblemBody(BaseModel):
    """What went wrong. Some kinds of problem have more members, such as `claimed_by`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": f"{KINDS}claimed", "title": "Claimed by somebody else", "status": 409,
                    "detail": "omar has claimed this conversation.", "claimed_by": "omar",
                }
            ]
        },
    )  # fmt: skip

    type: str = Field(description="Which kind of problem it is.")
    title: str
    status: int
    detail: str = Field(description="What went wrong this time, and what to do.")


class Problem(Exception):
    """Something a caller is told. `kind` names it; `more` are members beside the usual ones."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers
        self.detail = detail
        self.body = {
            "type": f"{KINDS}{kind}", "title": HTTPStatus(status).phrase, "status": status,
            "detail": detail, **more,
        }  # fmt: skip

    def response(self) -> Response:
        """Return the problem as JSON."""
        return JSONResponse(self.body, self.status, self.headers, media_type=MEDIA_TYPE)


class ProblemRoute(APIRoute):
    """Answer with a problem where a route raises one, or a store is down, or the input is wrong.

    It is done in the route, because the handlers of an application would hold for the LangGraph
    API as well, which is the same application.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler, with its problems answered."""
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                return await self.told(request, problem)
            except RequestValidationError as problem:
                return await self.told(request, invalid(problem))
            except StoreDown as problem:
                return await self.told(request, down(problem.what))
            except HTTPException as problem:  # FastAPI's way with a body that is no text
                return await self.told(request, Problem(422, "unreadable", str(problem.detail)))

        return answered

    async def told(self, request: Request, problem: Problem) -> Response:
        """Return a problem in the form that suits who asked."""
        return problem.response()


def invalid(problem: RequestValidationError) -> Problem:
    """Return which parts of a request are wrong, without repeating what was sent."""
    errors = [
        {"where": ".".join(map(str, error["loc"])), "problem": str(error["msg"])}
        for error in problem.errors()
    ]
    return Problem(422, "invalid", wrong(problem.errors()), errors=errors)


def wrong(errors: Iterable[Any]) -> str:
    """Say in one line what is wrong, by pydantic's errors, and not what was sent."""
    return "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in errors)


def down(what: str) -> Problem:
    """Return that a part of ours cannot be reached now."""
    detail = f"{what}. Try again in a little while."
    return Problem(503, "down", detail, headers={"Retry-After": RETRY_SECONDS})


def problems(*statuses: int, **described: str) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of these statuses; `described` may word one: s409="..."."""
    return {
        status: {
            "model": ProblemBody,
            "description": described.get(f"s{status}", HTTPStatus(status).phrase),
        }
        for status in sorted({*statuses, *(int(name[1:]) for name in described)})
    }
