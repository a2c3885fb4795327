"""Conversations on a LangGraph server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
from langgraph_sdk.client import LangGraphClient

from handrail.app.access.rules import CUSTOMER, OWNER
from handrail.app.conversations.protocol import ConversationsDown

PAGE = 100
GONE = frozenset({404, 422})  # not there, or an id that it cannot read
AT_WORK = "busy"


class ServerConversations:
    """Threads of a LangGraph server, through its API."""

    name = "threads of the server"

    def __init__(self, client: LangGraphClient) -> None:
        self._client = client

    async def of(self, customer: str) -> set[str]:
        """Return the threads that our door has marked as the customer's."""
        found: set[str] = set()
        for key in (CUSTOMER, OWNER):
            offset = 0
            while True:
                try:
                    page = await self._client.threads.search(
                        metadata={key: customer}, limit=PAGE, offset=offset
                    )
                except httpx.HTTPError as problem:
                    raise _down(problem) from problem
                found |= {thread["thread_id"] for thread in page}
                offset += PAGE
                if len(page) < PAGE:
                    break
        return found

    async def idle_since(self, moment: datetime) -> set[str]:
        """Return the threads that the server has not changed since, the oldest ones first."""
        found: set[str] = set()
        while True:
            try:
                page = await self._client.threads.search(
                    sort_by="updated_at", sort_order="asc", limit=PAGE, offset=len(found)
                )
            except httpx.HTTPError as problem:
                raise _down(problem) from problem
            old = {thread["thread_id"] for thread in page if _changed(thread) < moment}
            if len(old) < PAGE or old <= found:
                return found | old
            found |= old

    async def there(self, thread: str) -> bool:
        """Tell whether the server has a thread; it has none by an id that it cannot read."""
        return await self._get(thread) is not None

    async def changed_at(self, thread: str) -> datetime | None:
        """Return when the server last changed a thread."""
        found = await self._get(thread)
        return _changed(found) if found is not None else None

    async def _get(self, thread: str) -> Any:
        try:
            return await self._client.threads.get(thread)
        except httpx.HTTPStatusError as problem:
            if problem.response.status_code in GONE:
                return None
            raise _down(problem) from problem
        except httpx.HTTPError as problem:
            raise _down(problem) from problem

    async def erase(self, thread: str) -> None:
        """Delete a thread with its runs and checkpoints."""
        try:
            await self._client.threads.delete(thread)
        except httpx.HTTPStatusError as problem:
            if problem.response.status_code not in GONE:
                raise _down(problem) from problem
        except httpx.HTTPError as problem:
            raise _down(problem) from problem


def _changed(thread: Any) -> datetime:
    """Return when a thread was changed; one that is worked on is not at its end."""
    if thread.get("status") == AT_WORK:
        return datetime.max.replace(tzinfo=UTC)
    at = datetime.fromisoformat(str(thread["updated_at"]))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _down(problem: httpx.HTTPError) -> ConversationsDown:
    said = f"The LangGraph server does not do it ({type(problem).__name__})"
    if isinstance(problem, httpx.HTTPStatusError):
        said = f"The LangGraph server answers {problem.response.status_code}"
    mend = "Check HANDRAIL_SERVER_URL, and HANDRAIL_SERVICE_TOKEN, which needs the role service"
    return ConversationsDown(f"{said}. {mend}")
