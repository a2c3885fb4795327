"""The policy file as it is now: a change is in force within seconds, a mistake changes nothing."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import structlog

from handrail.graph.policy import BadPolicy, Policy, read_policy

log = structlog.get_logger("handrail")
LOOK_EVERY = 2.0  # seconds


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
