"""Is there a person for whatever is handed over, and will they hear of it?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from handrail.app.finding import Finding
from handrail.graph.policy import Policy, Reason
from handrail.graph.settings import Settings


def people_ready(settings: Settings, policy: Policy) -> Iterator[Finding]:
    """Look at queues, owners, hours, notifiers, and at how agents get in. Pure."""
    yield from _owners(policy)
    days = policy.hours.days
    yield Finding(
        "hours",
        f"people are there {', '.join(days)}" if days else "nobody is ever there",
        "" if days else "Set days in [hours] of policy.toml.",
    )
    told = _notifiers(settings, policy)
    yield Finding(
        "notified",
        ", ".join(told) or "nobody is told of a handoff",
        ""
        if told
        else "Set HANDRAIL_WEBHOOK_URL, HANDRAIL_SLACK_URL, HANDRAIL_SLACK_DESK, or "
        "HANDRAIL_SMTP_URL with emails for each queue in policy.toml.",
    )
    desks = _desks(settings)
    yield Finding(
        "desk",
        ", ".join(desks) or "no agent can sign in",
        ""
        if desks
        else "Set HANDRAIL_DESK_TOKEN_URL, with HANDRAIL_JWT_SECRET or HANDRAIL_JWKS_URL; or "
        "answer in a chat product (docs/channels.md).",
    )


def _owners(policy: Policy) -> Iterator[Finding]:
    """Find reasons whose queue is nobody's: there is a queue for each, by default too."""
    queues = {reason: policy.queue(reason) for reason in get_args(Reason)}
    without = sorted(
        reason for reason, queue in queues.items() if not (queue.owner or queue.emails)
    )
    names = ", ".join(sorted({f"{queue.name} ({queue.owner})" for queue in queues.values()}))
    if without:
        mend = 'Name a person or a team: owner = "..." in [queues.<reason>] of policy.toml.'
        yield Finding("owners", f"nobody owns what comes in for {', '.join(without)}", mend)
    else:
        yield Finding("owners", f"every reason has a queue and an owner: {names}")


def _notifiers(settings: Settings, policy: Policy) -> list[str]:
    unmailed = [
        queue.name for queue in policy.queues_in_force() if not policy.emails_of(queue.name)
    ]
    mail = settings.smtp_url and settings.mail_from and not unmailed
    wanted = {
        "webhook": settings.webhook_url and settings.webhook_secret,
        "Slack": settings.slack_url,
        "the desk's Slack channel": settings.slack_desk and settings.slack_bot_token,
        "mail to every queue": mail,
        "Chatwoot": settings.chatwoot_url and settings.chatwoot_token,
    }
    return [name for name, there in wanted.items() if there]


def _desks(settings: Settings) -> list[str]:
    signed = settings.jwt_secret or settings.jwks_url
    wanted = {
        "the desk's pages": signed and settings.desk_token_url,
        "Slack": settings.slack_desk and settings.slack_bot_token,
        "Chatwoot": settings.chatwoot_url and settings.chatwoot_token,
    }
    return [name for name, there in wanted.items() if there]
