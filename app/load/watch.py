"""Watch a server while customers are on it: memory, database connections, what waits."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from sqlalchemy import Engine, create_engine, make_url, text

from handrail.app.bench.machine import resident_megabytes
from handrail.app.prod.stack import Stack

LOOK_SECONDS = 5.0
CONNECTIONS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = ANY(:names)")
WAITING = text("SELECT count(*) FROM runs WHERE status IN ('pending', 'running')")


@dataclass(frozen=True)
class Seen:
    """One look: seconds since the start, megabytes of each worker, connections, open runs."""

    at: float
    megabytes: list[float]
    connections: int
    open_runs: int


@dataclass
class Watch:
    """Look every few seconds until told to stop."""

    stack: Stack
    seen: list[Seen] = field(default_factory=list)

    async def look_forever(self) -> None:
        """Look, until cancelled."""
        began = time.monotonic()
        engine = create_engine(
            make_url(self.stack.databases.engine).set(drivername="postgresql+psycopg")
        )
        try:
            while True:
                self.seen.append(await asyncio.to_thread(self._look, engine, began))
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            engine.dispose()

    def _look(self, engine: Engine, began: float) -> Seen:
        databases = self.stack.databases
        names = [make_url(url).database for url in (databases.engine, databases.ours)]
        with engine.connect() as connection:
            held = int(connection.execute(CONNECTIONS, {"names": names}).scalar_one()) - 1  # ours
            waiting = int(connection.execute(WAITING).scalar_one())
        megabytes = [resident_megabytes(each) for each in self.stack.worker_ids()]
        return Seen(time.monotonic() - began, megabytes, held, waiting)
