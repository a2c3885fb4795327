"""Start all of production on this machine, and end all of it.

with production(Path(".handrail/prod"), workers=2) as stack:
    httpx.get(f"{stack.url}/handrail/health")
"""

from __future__ import annotations

import subprocess  # nosec B404
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path

from handrail.app.prod.chroma import Chroma, chroma_server
from handrail.app.prod.engine import engine_python
from handrail.app.prod.environment import Places, environment_of
from handrail.app.prod.errors import CannotStart
from handrail.app.prod.options import Options
from handrail.app.prod.own_servers import OwnServer, own_postgres, own_redis
from handrail.app.prod.ports import HERE, free_port
from handrail.app.prod.postgres import Databases, open_databases
from handrail.app.prod.program import END_OF_LOG
from handrail.app.prod.redis import needs_redis
from handrail.app.prod.workers import Workers, serving_workers
from handrail.app.web_demo import config_in
from handrail.store.secret import kept_secret

PREPARE_SECONDS = 300
NOT_HERE = ("HANDRAIL_DEV",)  # what a developer's shell may hold and production must not


@dataclass(frozen=True)
class Stack:
    """Production as it runs: where it is reached, what can be broken, and what it has written."""

    url: str
    folder: Path
    log: Path
    jwt_secret: str
    databases: Databases
    redis: str
    workers: Workers
    chroma: Chroma
    own_postgres: OwnServer | None
    own_redis: OwnServer | None

    def worker_ids(self) -> list[int]:
        """Return the process ids of the workers that live now."""
        return self.workers.ids()


@contextmanager
def production(
    folder: Path,
    workers: int = 2,
    *,
    options: Options | None = None,
    own_servers: bool = False,
    postgres_within: Path | None = None,
    graphs: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Stack]:
    """Start production in `folder`, give it, drain it and end everything that was started.

    With `own_servers` PostgreSQL and Redis are started for it alone (the cluster's folder lies in
    `postgres_within`), and may be broken; else they are found where `options` say. `graphs` are
    served beside ours, by their names and files; `environment` is for the workers, over what they
    are given here. Raises CannotStart.
    """
    options = options or Options()
    python, folder = engine_python(), folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        postgres = redis = None
        if own_servers:
            postgres = held.enter_context(own_postgres(folder / "postgres.log", postgres_within))
            redis = held.enter_context(own_redis(folder / "redis", folder / "redis.log"))
            options = options.model_copy(update={"postgres": postgres.url, "redis": redis.url})
        needs_redis(options.redis)
        databases = open_databases(options.postgres, options.databases)
        chroma = held.enter_context(chroma_server(python, folder / "chroma", folder / "chroma.log"))
        port = free_port(options.port)
        places = Places(
            folder=folder, config=config_in(folder, graphs), url=f"http://{HERE}:{port}",
            databases=databases, redis=options.redis, chroma=chroma.url,
            secret=kept_secret(folder / "secret"), jwt_secret=kept_secret(folder / "jwt-secret"),
        )  # fmt: skip
        told = {
            **{name: given for name, given in environ.items() if name not in NOT_HERE},
            **environment_of(places, workers, options.databases),
            **(environment or {}),
        }
        _prepare(python, folder, told)
        log = folder / "server.log"
        log.write_bytes(b"")
        served = Workers(python, folder, log=log, port=port, count=workers, environment=told)
        held.enter_context(serving_workers(served))
        yield Stack(
            places.url, folder, log, told["HANDRAIL_JWT_SECRET"], databases, options.redis,
            served, chroma, postgres, redis,
        )  # fmt: skip


def _prepare(python: Path, folder: Path, told: dict[str, str]) -> None:
    """Run both migrations and fill the help centre, in a program of its own. Raises CannotStart."""
    log = folder / "prepare.log"
    with log.open("wb") as out:
        done = subprocess.run(  # noqa: S603 - our own program  # nosec B603
            [str(python), "-m", "handrail.app.prod.prepare"], cwd=folder,
            env=told, stdout=out, stderr=subprocess.STDOUT, check=False,
            timeout=PREPARE_SECONDS,
        )  # fmt: skip
    if done.returncode:
        said = log.read_text("utf-8", "replace")[-END_OF_LOG:]
        raise CannotStart("The databases cannot be prepared", f"{log} says:\n{said}")
