"""Open what sends mail to customers, by the settings."""

from __future__ import annotations

from pathlib import Path

from handrail.tools.post.folder import FolderPost
from handrail.tools.post.protocol import BadAddress, Post
from handrail.tools.post.smtp import SmtpPost, SmtpServer


def open_post(smtp_url: str | None, sender: str | None, folder: Path) -> Post:
    """Return the mail server's post, else files in `folder`. Raises BadAddress."""
    if not smtp_url:
        return FolderPost(folder)
    if not sender:
        raise BadAddress("Set HANDRAIL_MAIL_FROM too: who the mails come from.")
    return SmtpPost(SmtpServer(smtp_url), sender)
