"""A Chroma server: several workers share one, as its files are for one process alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handrail.app.prod.ports import HERE, free_port, listens
from handrail.app.prod.program import Program

START_SECONDS = 60


class Chroma:
    """`chroma run` in a folder; stopped and started again it has the same port and articles."""

    def __init__(self, python: Path, folder: Path, log: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._port = free_port()
        self.url = f"http://{HERE}:{self._port}"
        command = [
            str(python.parent / "chroma"), "run", "--host", HERE, "--port", str(self._port),
            "--path", str(folder),
        ]  # fmt: skip
        self._program = Program("Chroma", command, folder, log)

    def start(self) -> None:
        """Start it and wait until it takes calls. Raises CannotStart."""
        self._program.start()
        self._program.wait_for(lambda: listens(self._port), START_SECONDS)

    def stop(self) -> None:
        """End it; what it keeps stays."""
        self._program.stop(5)


@contextmanager
def chroma_server(python: Path, folder: Path, log: Path) -> Iterator[Chroma]:
    """Run a Chroma server, and end it. Raises CannotStart."""
    chroma = Chroma(python, folder, log)
    try:
        chroma.start()
        yield chroma
    finally:
        chroma.stop()
