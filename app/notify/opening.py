"""Open the notifiers that the settings name."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from handrail.app.notify.mail import MailNotifier
from handrail.app.notify.protocol import Notifier
from handrail.app.notify.slack import SlackNotifier
from handrail.app.notify.webhook import WebhookNotifier
from handrail.graph.settings import Settings
from handrail.tools.post.protocol import BadAddress


def open_notifiers(
    settings: Settings, client: httpx.AsyncClient, emails_of: Callable[[str], list[str]]
) -> list[Notifier]:
    """Return a notifier for each target; none is named, none is told. Raises BadAddress.

    `emails_of` gives the mail addresses of a queue, as the policy says at that moment.
    """
    notifiers: list[Notifier] = []
    if settings.webhook_url:
        if settings.webhook_secret is None:
            raise BadAddress("Set HANDRAIL_WEBHOOK_SECRET too: a webhook is always signed.")
        secret = settings.webhook_secret.get_secret_value()
        notifiers.append(WebhookNotifier(settings.webhook_url, secret, client))
    if settings.slack_url:
        notifiers.append(SlackNotifier(settings.slack_url.get_secret_value(), client))
    if settings.smtp_url:
        if settings.mail_from is None:
            raise BadAddress("Set HANDRAIL_MAIL_FROM too: who the mails come from.")
        url = settings.smtp_url.get_secret_value()
        notifiers.append(MailNotifier(url, settings.mail_from, emails_of))
    return notifiers
