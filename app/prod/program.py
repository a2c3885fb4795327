"""A program that we started: it writes to a log, and is ended by its id."""

from __future__ import annotations

import signal
import subprocess  # nosec B404
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handrail.app.prod.errors import CannotStart

PAUSE_SECONDS = 0.1
END_OF_LOG = 3000


@dataclass
class Program:
    """A command with its folder, environment and log; started again it is the same command.

    `environment` is the whole of it, ours where left out. `stop_signal` asks it to end:
    PostgreSQL, for one, waits for its clients after a SIGTERM.
    """

    name: str
    command: Sequence[str]
    folder: Path
    log: Path
    environment: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches us alone."""
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs  # nosec B603
                list(self.command), cwd=self.folder, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Return the id of the process that was started last. Raises LookupError before that."""
        if self._process is None:
            raise LookupError(f"{self.name} was not started")
        return self._process.pid

    def is_running(self) -> bool:
        """Tell whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def wait_for(self, is_there: Callable[[], bool], seconds: float) -> None:
        """Wait until it answers. Raises CannotStart with the end of its log where it does not."""
        end = time.monotonic() + seconds
        while not is_there():
            if not self.is_running() or time.monotonic() > end:
                said = self.log.read_text("utf-8", "replace")[-END_OF_LOG:]
                raise CannotStart(f"{self.name} did not start", f"{self.log} says:\n{said}")
            time.sleep(PAUSE_SECONDS)

    def stop(self, seconds: float = 20) -> None:
        """Ask it to end, and end it where it has not after that time."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def end_what_was_started() -> None:
    """Let SIGTERM end this program as Ctrl-C does: what it started is ended first."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
