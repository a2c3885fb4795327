"""Secrets that stand in files, as containers get them: NAME_FILE says where NAME is to be read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from handrail.tools.errors import BadSettings

SUFFIX = "_FILE"
ADDRESSES = frozenset({"database_url"})  # an address that a password may stand in


class WithFiles(Mapping[str, str]):
    """An environment in which a name may also be given by a file, read when it is asked for.

    A name that is not there is looked for as NAME_FILE. Both together, and a file that cannot be
    read or is empty, are BadSettings. It lists the names of the environment alone.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        """Return a value. Raises KeyError or BadSettings."""
        found = given_by_file(name, self._environ)
        return self._environ[name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the environment."""
        return iter(self._environ)

    def __len__(self) -> int:
        """Count the names of the environment."""
        return len(self._environ)


class SecretFiles(PydanticBaseSettingsSource):
    """Give the settings that are secret from files. It comes before the environment."""

    def __init__(self, of: type[BaseSettings], environ: Mapping[str, str | None]) -> None:
        """Take the environment with its names in capital letters."""
        super().__init__(of)
        self._environ = {name: value for name, value in environ.items() if value}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the value of a setting where a file has it. Raises BadSettings."""
        names = variables_of(field_name, field, str(self.config.get("env_prefix") or ""))
        for name in names:
            found = given_by_file(name, self._environ)
            if found is not None:
                value = _listed(name, found) if _is_list(field) else found
                return value, names[0] if field.validation_alias else field_name, False
            if name in self._environ:
                break  # this name comes first, and the environment itself has it
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return what the files give. Raises BadSettings."""
        given = (
            self.get_field_value(field, name)
            for name, field in self.settings_cls.model_fields.items()
            if is_secret(name, field)
        )
        return {key: value for value, key, _ in given if value is not None}


def is_secret(name: str, field: FieldInfo) -> bool:
    """Tell whether a setting is one that may stand in a file."""
    return name in ADDRESSES or SecretStr.__name__ in str(field.annotation)


def variables_of(name: str, field: FieldInfo, prefix: str) -> list[str]:
    """Return the variables that give a setting, the one that comes first first."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [f"{prefix}{name}".upper()]


def given_by_file(name: str, environ: Mapping[str, str]) -> str | None:
    """Return what the file in NAME_FILE holds; None where no file is named. Raises BadSettings.

    The line break at its end is none of the value. An empty variable is as one that is not set.
    """
    path = environ.get(name + SUFFIX)
    if not path:
        return None
    if environ.get(name):
        raise BadSettings(
            f"{name} and {name}{SUFFIX} are both set", "Take one of them out: nobody could tell."
        )
    try:
        value = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "it is no text"
        raise BadSettings(
            f"{name}{SUFFIX}={path} cannot be read: {why}",
            "Name a file that this process may read.",
        ) from problem
    if not value.strip():
        raise BadSettings(f"{name}{SUFFIX}={path} is empty", "Write the value into it.")
    return value


def _is_list(field: FieldInfo) -> bool:
    return str(field.annotation).startswith("tuple")


def _listed(name: str, text: str) -> list[str]:
    try:
        listed = json.loads(text)
    except ValueError as problem:
        raise BadSettings(
            f"The file in {name}{SUFFIX} is no JSON list", 'Write one: ["...", "..."].'
        ) from problem
    return listed if isinstance(listed, list) else [listed]
