"""Calls to the API of a product, with what went wrong as a NotSent."""

from __future__ import annotations

from typing import Any

import httpx

from handrail.app.notify.protocol import NotSent

TIMEOUT_SECONDS = 10.0
HOPELESS = frozenset({400, 403, 404, 410, 422})
LONGEST_WAIT = 3600
DIGITS = 5


async def asked(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    headers: dict[str, str],
    json: dict[str, Any] | None = None,
) -> Any:
    """Return the JSON that a product answers. Raises NotSent."""
    try:
        answer = await client.request(
            method, url, headers=headers, json=json, timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
        )  # fmt: skip
    except httpx.HTTPError as problem:
        what = f"The product did not answer: {type(problem).__name__}"
        raise NotSent(what, for_good=False) from problem
    if not answer.is_success:
        after = answer.headers.get("retry-after", "")
        is_seconds = after.isascii() and after.isdigit() and len(after) <= DIGITS
        raise NotSent(
            f"The product answered {answer.status_code}",
            for_good=answer.status_code in HOPELESS,
            wait=min(int(after), LONGEST_WAIT) if is_seconds else 0,
        )
    try:
        return answer.json()
    except ValueError:
        return None
