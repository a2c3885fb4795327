"""Where this server is for whoever calls it, also where a product has it under a prefix."""

from __future__ import annotations

from fastapi import Request


def base_url(request: Request, public_url: str | None) -> str:
    """Return what stands before /handrail/ in links: the setting, else as the caller came here.

    Starlette's own `base_url` is that of the outermost application.
    """
    prefix = str(request.scope.get("root_path") or "").rstrip("/")
    return public_url or f"{request.url.scheme}://{request.url.netloc}{prefix}"
