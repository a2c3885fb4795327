"""What the environment says: where things are kept, which model answers, who may come in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from handrail.graph.secret_files import SecretFiles, WithFiles
from handrail.models.provider import Limits, Link, open_chain
from handrail.models.redaction import Kind


class Settings(BaseSettings):
    """Read once, when the services are opened. `.env` is read too; see .env.example.

    A secret may stand in a file instead, which its variable with _FILE at the end names.
    """

    model_config = SettingsConfigDict(
        env_prefix="HANDRAIL_", env_file=".env", extra="ignore", populate_by_name=True
    )

    env: Literal["", "production"] = ""
    data: Path = Path(".handrail")
    policy: Path | None = None
    company: str = "demo"
    model: str = "embedded"
    second_model: str | None = None
    judge_model: str | None = None
    model_seconds: float = Field(20, gt=0, le=90)
    model_calls_at_once: int = Field(8, ge=1, le=1000)
    model_options: dict[str, Any] = {}
    user_model: str | None = None
    database_url: str | None = Field(
        None, validation_alias=AliasChoices("HANDRAIL_DATABASE_URL", "DATABASE_URL")
    )
    chroma_url: str | None = Field(
        None, validation_alias=AliasChoices("CHROMA_URL", "HANDRAIL_CHROMA_URL")
    )
    examples: Path | None = None
    orders: Path | None = None
    passwords: Path | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    slack_url: SecretStr | None = None
    chatwoot_url: str | None = None
    chatwoot_account: int | None = None
    chatwoot_token: SecretStr | None = None
    chatwoot_secret: SecretStr | None = None
    chatwoot_path_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_support: str = ""
    slack_agents: str = ""
    slack_desk: str | None = None
    slack_api: str = "https://slack.com/api/"
    channel_url: str | None = None
    channel_secret: SecretStr | None = None
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    mailbox: Path | None = None
    limits_url: SecretStr | None = None
    jwt_secret: SecretStr | None = None
    jwt_previous_secrets: tuple[SecretStr, ...] = ()
    jwks_url: str | None = None
    jwt_issuer: str | None = None
    jwt_audience: str | None = None
    jwt_leeway_seconds: float = Field(10, ge=0, le=300)
    service_keys: SecretStr = SecretStr("")
    visitors: bool = True
    visitor_limit: str = "30/minute"
    customer_limit: str = "20/minute; 300/day"
    address_limit: str = "120/minute"
    overall_limit: str = "3000/minute"
    turns_at_once: int = Field(64, ge=0)
    input_characters: int = Field(50_000, ge=1000)
    input_messages: int = Field(20, ge=1)
    trusted_proxies: str = ""
    origins: str = ""
    frame_origins: str = ""
    desk_token_url: str | None = None
    dev: bool = False
    secret: SecretStr | None = None
    public_url: str | None = None
    server_url: str | None = None
    service_token: SecretStr | None = None
    checkpoints: SecretStr | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put files before the environment, so that the first of two names stays the first."""
        found: dict[str, str | None] = {}
        for source in (dotenv_settings, env_settings):
            if isinstance(source, EnvSettingsSource | DotEnvSettingsSource):
                found |= {name.upper(): value for name, value in source.env_vars.items() if value}
        files = SecretFiles(settings_cls, found)
        return init_settings, files, env_settings, dotenv_settings, file_secret_settings

    @property
    def production(self) -> bool:
        """Tell whether customers use what is started: nothing unsafe starts then."""
        return self.env == "production"

    def policy_file(self) -> Path | None:
        """Return the policy file in force: the named one, else policy.toml here, else none."""
        if self.policy is not None:
            return self.policy
        here = Path("policy.toml")
        return here if here.is_file() else None

    def mail_folder(self) -> Path | None:
        """Return the folder that mails to customers are written to; None with a mail server."""
        return None if self.smtp_url else self.mailbox or self.data / "mail"

    def database(self) -> str:
        """Return the SQLAlchemy URL of the stores."""
        return self.database_url or f"sqlite:///{self.data / 'handrail.db'}"

    def open_chain(self, *names: str | None, hidden: frozenset[Kind]) -> tuple[Link, ...]:
        """Open models of others by their names; none for "embedded". Raises BadModel."""
        limits = Limits(self.model_seconds, self.model_calls_at_once)
        return open_chain(
            names,
            hidden=hidden,
            limits=limits,
            options=self.model_options,
            environ=self.environ(),
        )

    def environ(self) -> Mapping[str, str]:
        """Return the environment over .env: where the secrets stand that other files name.

        A name may be given by a file; looking it up raises BadSettings where that cannot be read.
        """
        kept = {name: value for name, value in dotenv_values(".env").items() if value is not None}
        return WithFiles({**kept, **os.environ})


def plain(secret: SecretStr | None) -> str | None:
    """Return a secret as it is; None where it is not set, or empty."""
    return (secret.get_secret_value() or None) if secret else None
