"""A table of the policy."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A table of the policy: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)
