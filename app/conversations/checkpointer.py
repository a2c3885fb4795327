"""Conversations in the checkpointer of a product that embeds the graph."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

from langgraph.checkpoint.base import BaseCheckpointSaver

from handrail.app.access.rules import CUSTOMER
from handrail.app.conversations.protocol import ConversationsDown


class CheckpointerConversations:
    """Threads in a checkpointer of a product that embeds the graph."""

    name = "checkpoints"

    def __init__(self, saver: BaseCheckpointSaver[str]) -> None:
        self._saver = saver

    async def of(self, customer: str) -> set[str]:
        """Return the threads whose runs were given the customer's id as metadata."""
        return {
            str(kept.config["configurable"]["thread_id"])
            async for kept in self._saver.alist(None, filter={CUSTOMER: customer})
        }

    async def there(self, thread: str) -> bool:
        """Tell whether there is a checkpoint of a thread."""
        return await self._saver.aget_tuple({"configurable": {"thread_id": thread}}) is not None

    async def idle_since(self, moment: datetime) -> set[str]:
        """Return none: a checkpointer would have to read all; our trail knows them."""
        return set()

    async def changed_at(self, thread: str) -> datetime | None:
        """Return when the last checkpoint of a thread was written."""
        kept = await self._saver.aget_tuple({"configurable": {"thread_id": thread}})
        return datetime.fromisoformat(kept.checkpoint["ts"]) if kept else None

    async def erase(self, thread: str) -> None:
        """Delete all checkpoints of a thread."""
        await self._saver.adelete_thread(thread)


@asynccontextmanager
async def open_saver(place: str) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """Open the SQLite file or the PostgreSQL database. Raises ConversationsDown."""
    is_postgres = place.startswith(("postgres://", "postgresql://"))
    try:
        async with _postgres(place) if is_postgres else _sqlite(place) as saver:
            yield saver
    except ModuleNotFoundError as problem:
        what = f"HANDRAIL_CHECKPOINTS needs the package {problem.name}: install handrail[sqlite]"
        raise ConversationsDown(f"{what} or handrail[postgres]") from problem


@asynccontextmanager
async def _postgres(place: str) -> AsyncIterator[BaseCheckpointSaver[str]]:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver  # noqa: PLC0415
    from psycopg import OperationalError  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        try:
            opening = AsyncPostgresSaver.from_conn_string(place)
            saver = await stack.enter_async_context(opening)
            await saver.setup()
        except OperationalError as problem:
            what = "The database of HANDRAIL_CHECKPOINTS cannot be reached; check its address"
            raise ConversationsDown(what) from problem
        yield saver


@asynccontextmanager
async def _sqlite(place: str) -> AsyncIterator[BaseCheckpointSaver[str]]:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver  # noqa: PLC0415

    if not Path(place).is_file():
        raise ConversationsDown(f"There is no file {place}; check HANDRAIL_CHECKPOINTS")
    async with AsyncSqliteSaver.from_conn_string(place) as saver:
        await saver.conn.execute("PRAGMA secure_delete = ON")
        yield saver
        await saver.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
