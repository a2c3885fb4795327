"""The secret that we sign and hash with: given, or made once and kept in a file."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from handrail.store.errors import StoreDown

KEPT = "secret"  # the file in the data folder
MEND = "Set HANDRAIL_SECRET, or HANDRAIL_DATA to a folder that may be written."


def open_secret(given: str | None, folder: Path) -> str:
    """Return the secret that was given, else the one in `folder`; blocking. Raises StoreDown."""
    return given or kept_secret(folder / KEPT)


def kept_secret(file: Path) -> str:
    """Return the secret in a file, made at the first call, by whichever process comes first.

    It is written elsewhere and linked into place whole: nobody reads half of it, and of two
    processes at once the second takes what the first made. Raises StoreDown.
    """
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            _make(file)
        kept = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise StoreDown(f"Our secret cannot be kept in {file}: {problem}", MEND) from (problem)
    if not kept:
        raise StoreDown(f"{file} is empty", "Remove it, or set HANDRAIL_SECRET.")
    return kept


def _make(file: Path) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".secret-")  # for its owner alone
    made = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            file.hardlink_to(made)
    finally:
        made.unlink()
