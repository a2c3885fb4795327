"""The secret that we sign with ourselves: links to surveys, tokens of visitors and of acts."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from handrail.graph.settings import Settings
from handrail.store.errors import StoreDown

KEPT = "secret"  # the file in the data folder
MEND = "Set HANDRAIL_SECRET, or HANDRAIL_DATA to a folder that may be written."


def own_secret(settings: Settings) -> str:
    """Return the secret that is set, or the one kept in the data folder; blocking.

    Raises StoreDown.
    """
    given = settings.secret.get_secret_value() if settings.secret else ""
    return given or kept_secret(settings.data / KEPT)


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
        raise StoreDown(f"The secret for links cannot be kept in {file}: {problem}", MEND) from (
            problem
        )
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
