"""The page on which a customer rates a conversation; it works without JavaScript."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from handrail.models.wording import Wording

LONGEST = 2000  # characters of a comment
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "X-Content-Type-Options": "nosniff",
}
Told = Literal["form", "thanks", "already", "expired", "unknown", "invalid", "down"]
TOLD_BY_STATUS: dict[int, Told] = {
    404: "unknown", 409: "already", 410: "expired", 413: "invalid", 415: "invalid", 422: "invalid",
    503: "down",
}  # fmt: skip


def survey_page(wording: Wording, language: str, told: Told, status: int = 200) -> HTMLResponse:
    """Return the form, or what is to be told; blocking the first time."""
    spoken = wording.spoken(language)

    def say(key: str) -> str:
        values = {"longest": LONGEST} if key == "invalid" else {}
        return wording.say(f"survey.{key}", spoken, **values)

    page = _template().render(language=spoken, told=told, say=say, longest=LONGEST)
    return HTMLResponse(page, status, HEADERS)


@cache
def _template() -> Template:
    jinja = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined,
        autoescape=True, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return jinja.get_template("survey_page.html.j2")
