"""Read a file that says where something is; the secrets it names stand in the environment."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from handrail.tools.errors import BadSettings

File = TypeVar("File", bound=BaseModel)


def read_file(path: Path, shape: type[File], of: str) -> File:
    """Return what the file `of` something says. Raises BadSettings, naming what is wrong."""
    mend = f"Mend {path}; docs/backends.md has an example of each kind."
    try:
        return shape.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as problem:
        raise BadSettings(f"The file of {of} cannot be read: {problem}", mend) from problem
    except tomllib.TOMLDecodeError as problem:
        raise BadSettings(f"The file of {of} is no TOML: {problem}", mend) from problem
    except ValidationError as problem:
        places = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'kind'}: {e['msg']}" for e in problem.errors()
        )
        raise BadSettings(f"The file of {of} is wrong: {places}", mend) from problem


def secret_named(environ: Mapping[str, str], name: str, key: str, of: str) -> str:
    """Return the secret in a variable that the file `of` something names. Raises BadSettings."""
    value = environ.get(name, "")
    if not value:
        what = f"The file of {of} names the variable {name} as {key}, and it is not set"
        raise BadSettings(what, f"Set {name} in the environment or in .env.")
    return value
