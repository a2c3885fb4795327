"""How many database connections each worker may hold."""

from __future__ import annotations

from dataclasses import dataclass

from handrail.app.prod.errors import CannotStart

OURS = 15  # SQLAlchemy's own pool of the stores: 5, and 10 more in a rush
SPARE = 20  # for people with psql, backups, and the migrations
FEWEST = 10


@dataclass(frozen=True)
class Pools:
    """The engine's two pools, at their largest, in one worker."""

    rows: int
    checkpoints: int


def pools_for(workers: int, connections: int) -> Pools:
    """Share a server's connections among the workers. Raises CannotStart where too few are left."""
    share = (connections - SPARE) // workers - OURS
    if share < FEWEST:
        raise CannotStart(
            f"PostgreSQL takes {connections} connections, too few for {workers} workers",
            "Start fewer with WORKERS, or raise max_connections.",
        )
    checkpoints = min(share // 2, 10)
    return Pools(rows=min(share - checkpoints, 10), checkpoints=checkpoints)
