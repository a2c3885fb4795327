"""What the workers are told: where everything is, and how soon a dead worker's turn goes on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from handrail.app.prod.engine import ROOT
from handrail.app.prod.pools import pools_for
from handrail.app.prod.postgres import Databases

DRAIN_SECONDS = 30
# A turn of a worker that died is taken up again after lease + reaper, 14 seconds at the most.
LEASE_SECONDS, HEARTBEAT_SECONDS, REAPER_SECONDS = 10, 3, 4
LOST_SECONDS = 10  # when a turn that is in no queue any more is put there again
TURNS_AT_ONCE = 10


@dataclass(frozen=True)
class Places:
    """Where what production stands on can be reached."""

    folder: Path
    config: Path
    url: str
    databases: Databases
    redis: str
    chroma: str
    secret: str
    jwt_secret: str


def environment_of(places: Places, workers: int, name: str) -> dict[str, str]:
    """Return the environment of the workers; `name` keeps two stacks on one Redis apart."""
    pools = pools_for(workers, places.databases.connections)
    return {
        **_of_handrail(places),
        "DATABASE_URL": places.databases.engine,
        "AEGRA_CONFIG": str(places.config),
        "AUTH_TYPE": "custom",
        "ENV_MODE": "PRODUCTION",
        "LOG_LEVEL": "INFO",
        "RUN_MIGRATIONS_ON_STARTUP": "false",
        "REDIS_BROKER_ENABLED": "true",
        "REDIS_URL": places.redis,
        "REDIS_CHANNEL_PREFIX": f"{name}:run:",
        "WORKER_QUEUE_KEY": f"{name}:jobs",
        "WORKER_COUNT": "1",
        "N_JOBS_PER_WORKER": str(TURNS_AT_ONCE),
        "WORKER_DRAIN_TIMEOUT": str(DRAIN_SECONDS),
        "LEASE_DURATION_SECONDS": str(LEASE_SECONDS),
        "HEARTBEAT_INTERVAL_SECONDS": str(HEARTBEAT_SECONDS),
        "REAPER_INTERVAL_SECONDS": str(REAPER_SECONDS),
        "STUCK_PENDING_THRESHOLD_SECONDS": str(LOST_SECONDS),
        "POSTGRES_POLL_INTERVAL_SECONDS": "1",
        "SQLALCHEMY_POOL_SIZE": str(pools.rows // 2),
        "SQLALCHEMY_MAX_OVERFLOW": str(pools.rows - pools.rows // 2),
        "LANGGRAPH_MIN_POOL_SIZE": "1",
        "LANGGRAPH_MAX_POOL_SIZE": str(pools.checkpoints),
        "LANGSMITH_TRACING": "false",
    }


def _of_handrail(places: Places) -> dict[str, str]:
    return {
        "HANDRAIL_ENV": "production",
        "HANDRAIL_DATA": str(places.folder / "data"),
        "HANDRAIL_MAILBOX": str(places.folder / "mail"),
        "HANDRAIL_POLICY": str(ROOT / "policy.toml"),
        "HANDRAIL_DATABASE_URL": places.databases.ours,
        "HANDRAIL_LIMITS_URL": places.redis,
        "HANDRAIL_PUBLIC_URL": places.url,
        "HANDRAIL_SECRET": places.secret,
        "HANDRAIL_JWT_SECRET": places.jwt_secret,
        "CHROMA_URL": places.chroma,
    }
