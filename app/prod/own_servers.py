"""A PostgreSQL and a Redis of one's own, which may be broken without hurting anybody else."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess  # nosec B404
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from handrail.app.prod import postgres, redis
from handrail.app.prod.errors import CannotStart
from handrail.app.prod.ports import HERE, free_port
from handrail.app.prod.program import Program

START_SECONDS = 30
DEBIAN = Path("/usr/lib/postgresql")
SERVER_USER = "postgres"  # PostgreSQL refuses to run as root


@dataclass(frozen=True)
class OwnServer:
    """A server program and its URL; stopped and started again it has the same port and data."""

    url: str
    program: Program

    def start(self) -> None:
        """Start it and wait until it answers. Raises CannotStart."""
        self.program.start()
        self.program.wait_for(self.is_there, START_SECONDS)

    def is_there(self) -> bool:
        """Tell whether it answers."""
        if self.url.startswith("postgresql"):
            return postgres.answers(self.url)
        try:
            return redis.ask(self.url, "PING") == "+PONG"
        except OSError:
            return False


@contextmanager
def own_postgres(log: Path, within: Path | None = None) -> Iterator[OwnServer]:
    """Make a cluster, run it, and remove it; its folder lies in `within`. Raises CannotStart."""
    tools = _postgres_tools()
    with _folder_of_server(within) as folder:
        cluster = folder / "cluster"
        made = subprocess.run(  # noqa: S603 - our own program  # nosec B603
            [*_as_server_user(), str(tools / "initdb"), "--auth=trust", "--username=postgres",
             "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--pgdata", str(cluster)],
            cwd=folder, capture_output=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise CannotStart("The PostgreSQL cluster cannot be made", made.stderr.decode())
        port = free_port()
        command = [
            *_as_server_user(), str(tools / "postgres"), "-D", str(cluster), "-h", HERE,
            "-p", str(port), "-c", "unix_socket_directories=",
        ]  # fmt: skip
        program = Program("PostgreSQL", command, folder, log, stop_signal=signal.SIGINT)
        yield from _served(OwnServer(f"postgresql://postgres@{HERE}:{port}", program))


@contextmanager
def own_redis(folder: Path, log: Path) -> Iterator[OwnServer]:
    """Run a Redis that writes every change to its folder, and end it. Raises CannotStart."""
    found = shutil.which("redis-server")
    if found is None:
        raise CannotStart("There is no redis-server", "Install it: apt-get install redis-server")
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        found, "--bind", HERE, "--port", str(port), "--save", "", "--appendonly", "yes",
        "--dir", str(folder),
    ]  # fmt: skip
    yield from _served(
        OwnServer(f"redis://{HERE}:{port}/0", Program("Redis", command, folder, log))
    )


def _served(server: OwnServer) -> Iterator[OwnServer]:
    try:
        server.start()
        yield server
    finally:
        server.program.stop()


def _postgres_tools() -> Path:
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda tool: int(tool.parts[-3]))
    found = shutil.which("initdb")
    if not versions and found is None:
        raise CannotStart("There is no initdb", "Install PostgreSQL: apt-get install postgresql")
    return versions[-1].parent if versions else Path(found or "").parent


def _as_server_user() -> list[str]:
    """Return what starts a command as the server's user, where we are root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--clear-groups"]


@contextmanager
def _folder_of_server(within: Path | None) -> Iterator[Path]:
    """Give a folder that the server's user may enter, whatever the one above ours allows."""
    folder = Path(tempfile.mkdtemp(prefix="handrail-postgres-", dir=within))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, SERVER_USER, SERVER_USER)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
