"""Open what sends mail to customers, by the settings."""

from __future__ import annotations

from pathlib import Path

from handrail.tools.post.folder import FolderPost
from handrail.tools.post.protocol import BadAddress, Post
from handrail.tools.post.smtp import SmtpPost, SmtpServer


def open_post(smtp_url: str | None, sender: str | None, folder: Path | None) -> Post:
    """Return the post that writes to `folder`, else the mail server's. Raises BadAddress."""
    if folder:
        return FolderPost(folder)
    if not smtp_url:
        raise BadAddress("Set HANDRAIL_SMTP_URL: the mail server that mails go out by.")
    if not sender:
        raise BadAddress("Set HANDRAIL_MAIL_FROM too: who the mails come from.")
    return SmtpPost(SmtpServer(smtp_url), sender)
