"""The pages for people, as `make ui` builds them, with the headers they are served by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

Page = Literal["desk", "insights", "debug"]
PAGES: tuple[Page, ...] = get_args(Page)
BUILT = Path(__file__).resolve().parent / "ui" / "dist"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
HASHED = re.compile(r".+-[A-Za-z0-9_-]{8}\.[a-z0-9.]+")
FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"
PLAIN = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
SHARED = {**PLAIN, "Cross-Origin-Resource-Policy": "cross-origin"}  # a shop's page loads these
NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Handrail</title>
<h1>This page is not built yet</h1>
<p>It needs Node 20 or newer, once: run <code>make ui</code> in the folder of Handrail, and load
this page again. The API and the command line work without it.</p></html>
"""


@dataclass(frozen=True)
class Pages:
    """The built pages. `frames` are origins that may show them in a frame.

    `token_url` is where the host product hands out the token of whoever is signed in there.
    """

    frames: frozenset[str] = frozenset()
    token_url: str | None = None
    folder: Path = BUILT

    def page(self, name: Page) -> Response:
        """Return a page, or how to build it; blocking."""
        try:
            html = (self.folder / f"{name}.html").read_text("utf-8")
        except FileNotFoundError:
            return HTMLResponse(NOT_BUILT, 503, self._headers())
        if self.token_url:
            meta = f'<meta name="handrail-token-url" content="{escape(self.token_url)}">'
            html = html.replace("<head>", f"<head>{meta}", 1)
        return HTMLResponse(html, headers=self._headers())

    def file(self, name: str, scope: Scope, *, within: str = "") -> Response | None:
        """Return a built file, None where there is none of this name; blocking."""
        path = self.folder / within / name
        if not NAME.fullmatch(name) or not path.is_file():
            return None
        found = StaticFiles(directory=self.folder).file_response(path, path.stat(), scope)
        found.headers["Cache-Control"] = FOR_EVER if HASHED.fullmatch(name) else ASK_FIRST
        found.headers.update(SHARED)
        return found

    def _headers(self) -> dict[str, str]:
        tokens = _origin(self.token_url)
        frames = " ".join(sorted(self.frames)) or "'none'"
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            f"font-src 'self'; connect-src 'self' {tokens}; form-action 'none'; base-uri 'none'; "
            f"frame-ancestors {frames}"
        )
        return {
            **PLAIN,
            "Cache-Control": ASK_FIRST,
            "Content-Security-Policy": policy.replace(" ;", ";"),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            **({} if self.frames else {"X-Frame-Options": "DENY"}),
        }


def _origin(url: str | None) -> str:
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
