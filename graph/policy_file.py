"""The policy file: read and checked; a change is in force in seconds, a mistake changes nothing."""

from __future__ import annotations

import asyncio
import re
import time
import tomllib
from pathlib import Path

import structlog
from pydantic import ValidationError

from handrail.graph.policy import Policy

log = structlog.get_logger("handrail")
LOOK_EVERY = 2.0  # seconds


class BadPolicy(ValueError):
    """The policy file cannot be used; says the file, the line and what to mend."""


class PolicyFile:
    """Watch a policy file.

    A file that cannot be used is logged once, with the line that needs mending; the policy that
    was in force stays.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._stamp()
        self._looked = time.monotonic()

    async def newer(self) -> Policy | None:
        """Return the policy where the file has changed since the last look; else None."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return None
        self._looked = time.monotonic()
        return await asyncio.to_thread(self._read)

    def _read(self) -> Policy | None:
        stamp = self._stamp()
        if stamp == self._seen:
            return None
        self._seen = stamp
        try:
            policy = read_policy(self._path)
        except BadPolicy as problem:
            log.error("policy_not_taken", problem=str(problem))  # noqa: TRY400 - no trace needed
            return None
        log.info("policy_taken", version=policy.version)
        return policy

    def _stamp(self) -> tuple[int, int] | None:
        try:
            about = self._path.stat()
        except OSError:
            return None
        return about.st_mtime_ns, about.st_size


def read_policy(path: Path | None) -> Policy:
    """Read and check a policy file; None gives the defaults. Raises BadPolicy naming the line."""
    if path is None:
        return Policy()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadPolicy(f"{path}: cannot be read: {problem}") from problem
    try:
        return Policy.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise BadPolicy(f"{path}: not TOML: {problem}") from problem
    except ValidationError as problem:
        lines = [
            f"{path}:{line_of(text, error['loc'])}: {'.'.join(map(str, error['loc']))}: "
            f"{'unknown key' if error['type'] == 'extra_forbidden' else error['msg']}"
            for error in problem.errors()
        ]
        raise BadPolicy("\n".join(lines)) from problem


def line_of(text: str, place: tuple[str | int, ...]) -> int:
    """Return the line (from 1) of a key in a TOML text, or of the nearest table around it."""
    names = [str(part) for part in place if part != "[key]"]
    table: list[str] = []
    best = (0, 1)
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
        key = re.match(r"\s*([\w.\"'-]+)\s*=", line)
        if header:
            table = [part.strip().strip("\"'") for part in header.group(1).split(".")]
            here = table
        elif key:
            here = [*table, *(part.strip("\"'") for part in key.group(1).split("."))]
        else:
            continue
        shared = sum(1 for a, b in zip(here, names, strict=False) if a == b)
        if shared == len(here) and shared > best[0]:
            best = (shared, number)
    return best[1]
