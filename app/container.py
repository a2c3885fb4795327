"""Start a program in a container: what the engine reads from its environment may stand in files.

python -m handrail.app.container uvicorn aegra_api.main:app --host 0.0.0.0
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

SUFFIX = "_FILE"
OF_THE_ENGINE = ("DATABASE_URL", "REDIS_URL")  # it knows no files; our own settings do


def with_files(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the engine's addresses read from the files that it names.

    Raises OSError for a file that cannot be read, ValueError for an empty one.
    """
    found = dict(environ)
    for name in OF_THE_ENGINE:
        path = found.pop(name + SUFFIX, "")
        if path:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
            if not found[name]:
                raise ValueError(f"{name}{SUFFIX}={path} is empty: write the address into it")
    return found


def main() -> None:
    """Become the program that is named, so that it gets the signals of the container."""
    command = sys.argv[1:]
    if not command:
        sys.exit("Name a program: python -m handrail.app.container uvicorn aegra_api.main:app")
    try:
        environ = with_files(os.environ)
    except (OSError, ValueError) as problem:
        sys.exit(f"handrail: {problem}")
    os.execvpe(command[0], command, environ)  # noqa: S606 - the image's own command  # nosec B606


if __name__ == "__main__":
    main()
