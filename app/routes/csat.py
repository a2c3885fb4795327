"""How was it? The survey's page and its one answer; the link is the key, no token is needed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from handrail.app.house import InHouse, OpenServices
from handrail.app.problems import Problem, ProblemRoute, problems, wrong
from handrail.app.survey_page import LONGEST, TOLD_BY_STATUS, Told, survey_page
from handrail.app.surveys import BadLink, LinkExpired
from handrail.graph.clock import now_iso
from handrail.graph.recording import row_id
from handrail.models.language import SPOKEN
from handrail.models.redaction import strip_secrets
from handrail.store.audit.protocol import AuditEvent

LARGEST = 20_000  # bytes of an answer
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
UNKNOWN = "There is no such survey; use its link exactly as it was sent."
PAGE: dict[str, Any] = {"content": {"text/html": {"schema": {"type": "string"}}}}
Token = Annotated[str, Path(max_length=400, description="The signed part of the link.")]


def either(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of problems that are told as a page or as JSON."""
    return {status: {**told, **PAGE} for status, told in problems(*statuses).items()}


class Answer(BaseModel):
    """A rating from 1, not at all satisfied, to 5, very satisfied."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"rating": 5, "comment": "Ines was very kind."}]},
    )

    rating: int = Field(ge=1, le=5)
    comment: Annotated[str, StringConstraints(max_length=LONGEST)] = ""


class Kept(BaseModel):
    """The answer was kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rating": 5}]})

    rating: int


class SurveyRoute(ProblemRoute):
    """Tell a browser of a problem by a page, and everybody else as JSON."""

    async def told(self, request: Request, problem: Problem) -> Response:
        """Return a problem in the form that suits who asked."""
        told = TOLD_BY_STATUS.get(problem.status)
        if told is None or not wants_page(request) or not hasattr(request.state, "wording"):
            return await super().told(request, problem)
        return await _page(request, told, problem.status)


router = APIRouter(prefix="/handrail/csat", tags=["survey"], route_class=SurveyRoute)


@dataclass(frozen=True)
class Survey:
    """The one survey of a resolved episode. `key` is "thread:episode"."""

    id: str
    key: str


async def survey_at(
    request: Request, house: InHouse, services: OpenServices, token: Token
) -> Survey:
    """Return the survey that a link is for. Raises Problem."""
    request.state.wording = services.wording
    request.state.language = accepted(request)
    try:
        found = house.links.survey_in(token, services.policy.survey.days)
    except LinkExpired as problem:
        raise Problem(410, "survey_expired", "This survey is closed.") from problem
    except BadLink as problem:
        raise Problem(404, "unknown_survey", UNKNOWN) from problem
    key = await services.csat.key_of(found)
    if key is None:
        raise Problem(404, "unknown_survey", UNKNOWN)
    standing = await services.handoffs.standing(key)
    if standing:
        request.state.language = standing["language"]
    return Survey(found, key)


AtLink = Annotated[Survey, Depends(survey_at)]


@router.get("/{token}", response_class=HTMLResponse, responses=either(404, 410, 422, 503))
async def show_survey(request: Request, _survey: AtLink) -> Response:
    """Show the survey, in the customer's language where it is known."""
    return await _page(request, "form", 200)


@router.post(
    "/{token}",
    response_model=Kept,
    responses={200: PAGE, **either(404, 409, 410, 413, 415, 422, 503)},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": Answer.model_json_schema()} for kind in (JSON, FORM)},
        }
    },
)
async def answer_survey(request: Request, services: OpenServices, survey: AtLink) -> Any:
    """Keep the answer, once. A browser gets a page, everybody else JSON."""
    answer = _answer_in(request, await _body(request))
    at = now_iso()
    kept = await services.csat.rate(survey.id, answer.rating, strip_secrets(answer.comment), at)
    if kept == "unknown":
        raise Problem(404, "unknown_survey", UNKNOWN)
    if kept == "already_rated":
        raise Problem(409, "already_rated", "This survey has been answered already.")
    thread, _, episode = survey.key.rpartition(":")
    await services.audit.record(
        AuditEvent(
            id=row_id(thread, "rating", survey.id),
            at=at,
            thread_id=thread,
            episode=int(episode),
            actor="customer",
            action="rating",
            policy_version=services.policy.version,
            payload={"rating": answer.rating, "survey": survey.id},
        )
    )
    if wants_page(request):
        return await _page(request, "thanks", 200)
    return Kept(rating=answer.rating)


async def _body(request: Request) -> bytes:
    """Return the body, which an answer cannot make long. Raises Problem 413."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise Problem(413, "too_large", f"An answer may have {LARGEST} bytes.")
    return body


def _answer_in(request: Request, body: bytes) -> Answer:
    """Return the answer in a form or in JSON. Raises Problem 415 or 422."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {JSON, FORM}:
        raise Problem(415, "unknown_form", f"Send {JSON} or {FORM}.")
    try:
        if kind == JSON:
            return Answer.model_validate_json(body, strict=True)
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        return Answer.model_validate_strings({name: it[-1] for name, it in fields.items()})
    except ValidationError as problem:
        raise Problem(422, "invalid", wrong(problem.errors())) from problem


async def _page(request: Request, told: Told, status: int) -> Response:
    state = request.state
    return await asyncio.to_thread(survey_page, state.wording, state.language, told, status)


def wants_page(request: Request) -> bool:
    """Tell whether a browser asks."""
    return "text/html" in request.headers.get("accept", "")


def accepted(request: Request) -> str:
    """Return the first language that a browser asks for and we speak, English else."""
    asked = request.headers.get("accept-language", "").split(",")
    codes = [language.strip()[:2].lower() for language in asked]
    return next((code for code in codes if code in SPOKEN), "en")
