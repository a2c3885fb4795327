"""A small disk in memory, which may be filled; it takes root to mount one."""

from __future__ import annotations

import subprocess  # nosec B404
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handrail.app.prod.errors import CannotStart


@contextmanager
def small_disk(size: str | None) -> Iterator[Path | None]:
    """Mount a disk of this size ("384m"), and unmount it; none without one. Raises CannotStart."""
    if size is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="handrail-disk-"))
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", str(folder))
        try:
            yield folder
        finally:
            _run("umount", str(folder))
    finally:
        folder.rmdir()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # nosec B603
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise CannotStart(f"{command[0]} failed: {said}", "It takes root to mount a disk.")
