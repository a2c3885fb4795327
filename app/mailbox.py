"""The customers' mailboxes of the demo: read what a FolderPost has written."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from handrail.tools.identity.mailed import mailed_code


@dataclass(frozen=True)
class Mail:
    """One mail in a mailbox."""

    file: Path
    address: str
    subject: str
    body: str

    @property
    def code(self) -> str | None:
        """Return the one-time code in it, None where there is none."""
        return mailed_code(self.body)


class Mailbox:
    """A folder of .eml files; `new` gives each mail once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = set(self._files())

    def new(self) -> list[Mail]:
        """Return the mails that came since the last time, the oldest first."""
        files = [file for file in self._files() if file not in self._seen]
        self._seen.update(files)
        return [_mail(file) for file in sorted(files, key=lambda file: file.stat().st_mtime_ns)]

    def _files(self) -> list[Path]:
        return list(self._folder.glob("*.eml"))


def _mail(file: Path) -> Mail:
    message = message_from_bytes(file.read_bytes(), policy=default)
    body = message.get_body(("plain",))
    return Mail(
        file=file,
        address=str(message["To"]),
        subject=str(message["Subject"]),
        body=str(body.get_content()) if body else "",
    )
