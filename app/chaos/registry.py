"""The faults, in the order in which they are played."""

from __future__ import annotations

from handrail.app.chaos.faults import (
    chroma_down,
    clock_jump,
    disk_full,
    duplicates,
    kill_all,
    kill_worker,
    model_breaks,
    postgres_restart,
    redis_flush,
    redis_restart,
    webhook,
)
from handrail.app.chaos.scene import Fault

FAULTS: tuple[Fault, ...] = (
    kill_worker.FAULT,
    kill_all.FAULT,
    postgres_restart.FAULT,
    redis_restart.FAULT,
    redis_flush.FAULT,
    chroma_down.FAULT,
    duplicates.FAULT,
    webhook.FAULT,
    model_breaks.FAULT,
    disk_full.FAULT,
    clock_jump.FAULT,
)
