"""Where production on this machine finds what it stands on, and how much of it is started."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Options(BaseSettings):
    """What `make prod` reads from the environment; see .env.example."""

    model_config = SettingsConfigDict(
        env_prefix="HANDRAIL_PROD_", env_file=".env", extra="ignore", populate_by_name=True
    )

    folder: Path = Path(".handrail/prod")
    postgres: str = "postgresql://postgres@127.0.0.1:5432"
    redis: str = "redis://127.0.0.1:6379/0"
    databases: str = Field("handrail", pattern=r"^[a-z][a-z0-9_]{0,40}$")
    port: int = Field(2026, ge=0, le=65535)
    shop_port: int = Field(8010, ge=0, le=65535)
    workers: int = Field(2, ge=1, le=16, validation_alias="WORKERS")
