"""Mail over SMTP."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import closing, suppress
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from hashlib import sha256
from urllib.parse import SplitResult, unquote, urlsplit

from handrail.tools.errors import BackendDown
from handrail.tools.post.protocol import BadAddress, Letter

TIMEOUT_SECONDS = 10.0
PORTS = {"smtp": 587, "smtps": 465}


class SmtpServer:
    """Hand mails to one mail server; with credentials, never without encryption."""

    def __init__(self, url: str, tls: ssl.SSLContext | None = None) -> None:
        """Take smtp:// or smtps://, with user:pass@ if need be. Raises BadAddress."""
        self._server = _server(url)
        self._tls = tls or ssl.create_default_context()

    def submit(
        self, message: EmailMessage, recipients: Sequence[str]
    ) -> dict[str, tuple[int, bytes]]:
        """Hand over a mail; blocking. Returns the refused among several recipients.

        Raises smtplib.SMTPException or OSError.
        """
        host, port = self._server.hostname or "", self._server.port
        if self._server.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or PORTS["smtps"], timeout=TIMEOUT_SECONDS, context=self._tls
            )
        else:
            connection = smtplib.SMTP(host, port or PORTS["smtp"], timeout=TIMEOUT_SECONDS)
        with closing(connection):
            user, password = self._server.username, self._server.password
            if self._server.scheme == "smtp":
                connection.ehlo()
                # With credentials it is required: starttls raises where it is not offered.
                if user or connection.has_extn("starttls"):
                    connection.starttls(context=self._tls)
            if user:
                connection.login(unquote(user), unquote(password or ""))
            refused = connection.send_message(message, to_addrs=list(recipients))
            # The mail is accepted; a server that says goodbye badly does not change that.
            with suppress(smtplib.SMTPException):
                connection.quit()
            return refused


class SmtpPost:
    """Send letters to customers through a mail server."""

    def __init__(self, server: SmtpServer, sender: str) -> None:
        """Take who the mails come from. Raises BadAddress."""
        self._server = server
        self._sender = sender
        self._domain = domain_of(sender)

    async def send(self, letter: Letter) -> None:
        """Send one letter. Raises BackendDown, without the letter."""
        message = EmailMessage(policy=SMTP)
        try:
            message["From"] = self._sender
            message["To"] = letter.address
            message["Subject"] = letter.subject
            message["Date"] = formatdate()
            message["Message-ID"] = (
                f"<{sha256(letter.id.encode()).hexdigest()[:32]}@{self._domain}>"
            )
            message["Auto-Submitted"] = "auto-generated"
            message.set_content(letter.body)
            await asyncio.to_thread(self._server.submit, message, [letter.address])
        except (smtplib.SMTPException, OSError, ValueError, MessageError, IndexError) as problem:
            # Whatever the server answered may quote the letter, so only the kind is told.
            raise BackendDown(
                f"The mail server took no mail: {type(problem).__name__}",
                "Check HANDRAIL_SMTP_URL, HANDRAIL_MAIL_FROM and the mail server.",
            ) from None


def _server(smtp_url: str) -> SplitResult:
    # The URL holds a password, so no error names it.
    try:
        server = urlsplit(smtp_url)
        usable = server.scheme in PORTS and bool(server.hostname) and server.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadAddress("The mail server's address must be smtp:// or smtps://user:pass@host:port")
    return server


def domain_of(sender: str) -> str:
    """Return the domain of a sender's address. Raises BadAddress."""
    try:
        message = EmailMessage(policy=SMTP)
        message["From"] = sender
        domain = str(message["From"].addresses[0].domain)
    except (ValueError, MessageError, IndexError):
        domain = ""
    if not domain:
        raise BadAddress("The sender is no mail address")
    return domain
