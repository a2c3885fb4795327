"""The pages for people: the desk, insights, the one for developers, and the chat widget's files.

They hold no data: what they show they read with the token of whoever looks at them.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from handrail.app.house import InHouse
from handrail.app.pages import Page
from handrail.app.problems import Problem, ProblemRoute, problems

router = APIRouter(prefix="/handrail", tags=["pages"], route_class=ProblemRoute)
TEXT = {"schema": {"type": "string"}}
HTML: dict[str, Any] = {"content": {"text/html": TEXT}}
FILE: dict[str, Any] = {"content": {"text/javascript": TEXT, "text/css": TEXT}}
SCRIPT: dict[str, Any] = {"content": {"text/javascript": TEXT}}
UNKNOWN = "There is no such file."
NOT_BUILT = "It is not built: run make ui on the server."
NO_PAGE = "There is no such page."


@router.get(
    "/widget.js", response_class=Response, responses={200: SCRIPT, **problems(s503=NOT_BUILT)}
)
async def widget(request: Request, house: InHouse) -> Response:
    """Load the chat widget into a page: see docs/embed.md."""
    found = await asyncio.to_thread(house.pages.file, "widget.js", request.scope)
    if found is None:
        raise Problem(503, "not_built", NOT_BUILT)
    return found


@router.get(
    "/ui/assets/{name}",
    response_class=Response,
    responses={200: FILE, **problems(422, s404=UNKNOWN)},
)
async def asset(
    request: Request, house: InHouse, name: Annotated[str, Path(max_length=128)]
) -> Response:
    """Return a file of the pages or of the widget."""
    found = await asyncio.to_thread(house.pages.file, name, request.scope, within="assets")
    if found is None:
        raise Problem(404, "unknown_file", UNKNOWN)
    return found


@router.get(
    "/ui/{page}",
    response_class=Response,
    responses={
        200: HTML,
        **problems(422, s404=NO_PAGE),
        503: {**problems(s503=NOT_BUILT)[503], **HTML},
    },
)
async def page(house: InHouse, page: Page) -> Response:
    """Show a page. The one for developers is there in development only."""
    if page == "debug" and not house.gate.dev:
        raise Problem(404, "no_debugging", "This page is there in development only.")
    return await asyncio.to_thread(house.pages.page, page)
