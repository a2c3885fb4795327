"""The workers: uvicorn replaces one that died, and we start uvicorn again where it gave up."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx

from handrail.app.prod.environment import DRAIN_SECONDS
from handrail.app.prod.ports import HERE
from handrail.app.prod.program import Program

START_SECONDS = 180
KEEP_SECONDS = 75  # an idle connection: longer than clients and proxies keep theirs
CLOSE_SECONDS = 10  # for calls that are under way; then the turns are drained
HEALTH_SECONDS = 10  # a busy worker is slow to answer its supervisor, and is not dead
LOOK_SECONDS = 0.5
STARTED = b"Application startup complete"


class Workers:
    """Uvicorn with its worker processes, on one port of loopback."""

    def __init__(
        self, python: Path, folder: Path, *, log: Path, port: int, count: int,
        environment: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.url = f"http://{HERE}:{port}"
        self.count = count
        self.log = log
        self.program = Program(
            "The server",
            [
                str(python), "-m", "uvicorn", "aegra_api.main:app", "--host", HERE,
                "--port", str(port), "--workers", str(count), "--no-proxy-headers",
                "--timeout-keep-alive", str(KEEP_SECONDS),
                "--timeout-graceful-shutdown", str(CLOSE_SECONDS),
                "--timeout-worker-healthcheck", str(HEALTH_SECONDS),
            ],
            folder, log, environment,
        )  # fmt: skip
        self._stopping = Event()
        self._before = 0

    def start(self) -> None:
        """Start them and wait until each takes customers. Raises CannotStart."""
        self._stopping.clear()
        self._before = self.starts()
        self.program.start()
        self.program.wait_for(self._all_ready, START_SECONDS)
        Thread(target=self._keep, daemon=True).start()

    def stop(self) -> None:
        """Take no new calls, let the running turns end, and end every worker."""
        self._stopping.set()
        ids = self.ids()
        self.program.stop(CLOSE_SECONDS + DRAIN_SECONDS + 10)
        for each in filter(is_alive, ids):  # one that would not end, or lost its supervisor
            os.kill(each, signal.SIGKILL)

    def ids(self) -> list[int]:
        """Return the ids of the workers that live now."""
        if not self.program.is_running():
            return []
        if self.count == 1:  # uvicorn serves by itself
            return [self.program.pid]
        return [each for each in children_of(self.program.pid) if b"spawn_main" in _line_of(each)]

    def are_ready(self) -> bool:
        """Tell whether calls are answered, by the engine and by our routes."""
        try:
            answers = [
                httpx.get(f"{self.url}{path}", timeout=5) for path in ("/ready", "/handrail/health")
            ]
        except httpx.TransportError:
            return False
        return all(answer.is_success for answer in answers)

    def _all_ready(self) -> bool:
        return self.starts() - self._before >= self.count and self.are_ready()

    def starts(self) -> int:
        """Return how many workers have become ready so far, by their log."""
        return self.log.read_bytes().count(STARTED) if self.log.is_file() else 0

    def _keep(self) -> None:
        """Start uvicorn again: it ends where a new worker cannot start, for want of a database."""
        while not self._stopping.wait(LOOK_SECONDS):
            if not self.program.is_running():
                time.sleep(LOOK_SECONDS)
                if not self._stopping.is_set():
                    self.program.start()


def children_of(parent: int) -> list[int]:
    """Return the ids of a process's children; Linux tells."""
    try:
        said = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii")
    except OSError:
        return []
    return [int(each) for each in said.split()]


def is_alive(process: int) -> bool:
    """Tell whether this process runs; one that nobody has taken notice of yet does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text("ascii", "replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def _line_of(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def serving_workers(workers: Workers) -> Iterator[Workers]:
    """Run the workers, and drain them at the end. Raises CannotStart."""
    try:
        workers.start()
        yield workers
    finally:
        workers.stop()
