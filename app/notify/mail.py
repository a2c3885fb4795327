"""Mail notifications to the people of a queue."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import structlog

from handrail.app.notify.protocol import NotSent, public_id
from handrail.app.notify.words import is_repeated, notice
from handrail.store.notifications.protocol import Notification
from handrail.tools.post.smtp import SmtpServer, domain_of

log = structlog.get_logger("handrail")

REMEMBERED = 1000
FOR_GOOD = 500


class MailNotifier:
    """Send plain-text mails over SMTP, one mail to all the recipients of a queue.

    The Message-ID is made from the notification's id, so a duplicate can be recognised. Who has
    a mail already does not get it again because somebody else was refused, until a restart.
    """

    def __init__(
        self,
        smtp_url: str,
        sender: str,
        recipients_of: Callable[[str], list[str]],
        *,
        name: str = "mail",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Take smtp:// or smtps://, with user:pass@ if need be. Raises BadAddress."""
        self.name = name
        self._server = SmtpServer(smtp_url, tls)
        self._sender = sender
        self._domain = domain_of(sender)
        self._recipients_of = recipients_of
        self._reached: OrderedDict[str, set[str]] = OrderedDict()

    async def send(self, notification: Notification) -> None:
        """Mail one notification to its queue, which may have no recipients. Raises NotSent."""
        if is_repeated(notification):
            return
        queue = str(notification.payload.get("queue", ""))
        recipients = list(dict.fromkeys(self._recipients_of(queue)))
        if not recipients:
            log.info("mail_to_nobody", queue=queue, notification=notification.id)
            return
        message = self._message(notification, recipients)
        reached = self._reached.setdefault(notification.id, set())
        while len(self._reached) > REMEMBERED:
            self._reached.popitem(last=False)
        to_reach = [recipient for recipient in recipients if recipient not in reached]
        if not to_reach:
            return
        try:
            refused = await asyncio.to_thread(self._server.submit, message, to_reach)
        except smtplib.SMTPException as problem:
            raise _not_sent(problem) from problem
        except OSError as problem:
            what = f"The mail server cannot be reached: {type(problem).__name__}: {problem}"
            raise NotSent(what, for_good=False) from problem
        reached.update(recipient for recipient in to_reach if recipient not in refused)
        if refused:
            raise _not_sent(smtplib.SMTPRecipientsRefused(refused))
        self._reached.pop(notification.id, None)

    def _message(self, notification: Notification, recipients: Sequence[str]) -> EmailMessage:
        words = notice(notification)
        message = EmailMessage(policy=SMTP)
        try:
            message["From"] = self._sender
            message["To"] = ", ".join(recipients)
        except (ValueError, MessageError, IndexError) as problem:
            raise NotSent("An address of the queue is no mail address", for_good=True) from problem
        message["Subject"] = words.subject
        message["Date"] = format_datetime(datetime.fromisoformat(notification.created_at))
        message["Message-ID"] = f"<{public_id(notification.id)}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(words.body)
        return message


def _not_sent(problem: smtplib.SMTPException) -> NotSent:
    match problem:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            names = ", ".join(f"{who} ({code})" for who, (code, _) in sorted(refused.items()))
            for_good = all(code >= FOR_GOOD for code, _ in refused.values())
            return NotSent(f"The mail server refused {names}", for_good=for_good)
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return NotSent(f"The mail server refused the credentials ({code})", for_good=False)
        case smtplib.SMTPResponseException(smtp_code=code):
            return NotSent(f"The mail server answered {code}", for_good=code >= FOR_GOOD)
        case _:
            what = f"The mail server failed: {type(problem).__name__}: {problem}"
            return NotSent(what, for_good=False)
