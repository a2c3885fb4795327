"""Go through the handoffs that are not finished."""

from __future__ import annotations

from collections.abc import AsyncIterator

from handrail.store.handoffs.protocol import Handoffs, Standing, Wanted

PAGE = 200


async def unfinished(handoffs: Handoffs) -> AsyncIterator[Standing]:
    """Yield every handoff that is not finished, read page by page. Raises StoreDown."""
    after: str | None = None
    while page := await handoffs.list(Wanted(unfinished=True, after=after, limit=PAGE)):
        for standing in page:
            yield standing
        after = page[-1]["id"]
