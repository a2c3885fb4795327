"""Conversations on a LangGraph server."""

from __future__ import annotations

import httpx
from langgraph_sdk.client import LangGraphClient

from handrail.app.access.rules import CUSTOMER, OWNER
from handrail.app.conversations.protocol import ConversationsDown

PAGE = 100
GONE = frozenset({404, 422})  # not there, or an id that it cannot read


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

    async def there(self, thread: str) -> bool:
        """Tell whether the server has a thread; it has none by an id that it cannot read."""
        try:
            await self._client.threads.get(thread)
        except httpx.HTTPStatusError as problem:
            if problem.response.status_code in GONE:
                return False
            raise _down(problem) from problem
        except httpx.HTTPError as problem:
            raise _down(problem) from problem
        return True

    async def erase(self, thread: str) -> None:
        """Delete a thread with its runs and checkpoints."""
        try:
            await self._client.threads.delete(thread)
        except httpx.HTTPStatusError as problem:
            if problem.response.status_code not in GONE:
                raise _down(problem) from problem
        except httpx.HTTPError as problem:
            raise _down(problem) from problem


def _down(problem: httpx.HTTPError) -> ConversationsDown:
    said = f"The LangGraph server does not do it ({type(problem).__name__})"
    if isinstance(problem, httpx.HTTPStatusError):
        said = f"The LangGraph server answers {problem.response.status_code}"
    mend = "Check HANDRAIL_SERVER_URL, and HANDRAIL_SERVICE_TOKEN, which needs the role service"
    return ConversationsDown(f"{said}. {mend}")
