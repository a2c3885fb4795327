"""Secrets that can be guessed: short ones, and those that stand in examples."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr

from handrail.app.access.shared_secret import MAKE_ONE, SHORTEST_SECRET
from handrail.app.finding import Finding
from handrail.graph.secret_files import is_secret
from handrail.graph.settings import Settings

SIGNED_WITH = ("jwt_secret", "secret")  # whoever has these is anybody they like
URLS = frozenset({"database_url", "limits_url", "smtp_url", "slack_url", "checkpoints"})
NOT_OURS = frozenset({"service_keys"})  # hashes
WEBHOOK = "whsec_"
# What stands in examples instead of a secret; what is left beside it must be a secret by itself.
WORDS = (
    "changeme", "change-me", "change_me", "change", "example", "placeholder", "password",
    "passphrase", "secret", "insert", "replace", "handrail", "development", "production",
)  # fmt: skip
LEAST_CHARACTERS = 24
LEAST_DIFFERENT = 8
MEND = f"Take a random one; {MAKE_ONE}"


def weak_secrets(settings: Settings) -> Iterator[Finding]:
    """Find secrets that could be guessed, by the names of their variables and never their values.

    How long one must be is said for those that we sign with, or our host does. Of others, which
    somebody else gives out, only what stands in an example is found.
    """
    if not _plain(settings.secret):
        yield Finding(
            "secrets",
            "HANDRAIL_SECRET is not set: each server would make one of its own, on its own disk",
            f"Set the same one for all; {MAKE_ONE}",
        )
    for name in SIGNED_WITH:
        value = _plain(getattr(settings, name))
        if value and (problem := _too_weak(value)):
            yield Finding("secrets", f"HANDRAIL_{name.upper()} {problem}", MEND)
    for old in settings.jwt_previous_secrets:
        if problem := _too_weak(old.get_secret_value()):
            yield Finding("secrets", f"HANDRAIL_JWT_PREVIOUS_SECRETS: one {problem}", MEND)
    for name, value in _others(settings):
        if _is_from_an_example(name, value):
            said = f"HANDRAIL_{name.upper()} holds what stands in an example"
            yield Finding("secrets", said, MEND)


def _others(settings: Settings) -> Iterator[tuple[str, str]]:
    """Give the secrets that somebody else gives out, and the addresses that hold a password."""
    for name, field in type(settings).model_fields.items():
        value = _plain(getattr(settings, name))
        if value and is_secret(name, field) and name not in {*SIGNED_WITH, *NOT_OURS}:
            yield name, value


def _is_from_an_example(name: str, value: str) -> bool:
    if name in URLS:
        return (urlsplit(value).password or "").casefold() in WORDS
    return is_example(value) if name.endswith("_secret") else not value.strip(".")


def is_example(value: str) -> bool:
    """Tell whether a secret is the words of an example, or the same few characters. Pure."""
    said = left = _decoded(value).casefold()
    for word in WORDS:
        left = left.replace(word, "")
    too_little = left != said and len(left) < LEAST_CHARACTERS
    return too_little or len(set(left)) < LEAST_DIFFERENT


def _too_weak(value: str) -> str | None:
    if len(value.encode()) < SHORTEST_SECRET:
        return f"is shorter than {SHORTEST_SECRET} bytes and could be guessed"
    return "holds what stands in an example" if is_example(value) else None


def _decoded(value: str) -> str:
    """Return what a webhook's secret says, which is written in base64."""
    if not value.startswith(WEBHOOK):
        return value
    try:
        return base64.b64decode(value.removeprefix(WEBHOOK)).decode("latin-1")
    except binascii.Error:
        return value.removeprefix(WEBHOOK)


def _plain(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return value if isinstance(value, str) else ""
