"""Mail as files in a folder: the mailboxes of the demo, where there is no mail server."""

from __future__ import annotations

import asyncio
import hashlib
import os
from email.message import EmailMessage
from pathlib import Path

from handrail.tools.errors import BackendDown
from handrail.tools.post.protocol import Letter


class FolderPost:
    """Write each letter as an .eml file that only its owner may read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, letter: Letter) -> None:
        """Write one letter, over an earlier one with its id. Raises BackendDown."""
        try:
            await asyncio.to_thread(self._write, letter)
        except OSError as problem:
            raise BackendDown(
                f"Mail cannot be written to {self.folder}: {type(problem).__name__}",
                "Set HANDRAIL_SMTP_URL, or HANDRAIL_DATA to a folder that may be written.",
            ) from problem

    def _write(self, letter: Letter) -> None:
        message = EmailMessage()
        message["To"] = letter.address
        message["Subject"] = letter.subject
        message.set_content(letter.body)
        self.folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(letter.id.encode()).hexdigest()[:16]
        file = self.folder / f"{name}.eml"
        with open(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:  # noqa: PTH123
            out.write(message.as_bytes())
