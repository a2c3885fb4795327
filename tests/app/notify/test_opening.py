"""Which notifiers the settings open, and what a half-written setting says."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from handrail.app.notify.opening import open_notifiers
from handrail.graph.policy import Policy, Queue
from handrail.graph.settings import Settings
from handrail.tools.post.protocol import BadAddress

WEBHOOK = {"webhook_url": "https://desk.example/hook", "webhook_secret": "whsec_c2VjcmV0"}
SLACK = {"slack_url": "https://hooks.example/T/B/x"}
MAIL = {"smtp_url": "smtp://mail.example", "mail_from": "Handrail <handrail@example.com>"}


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, []),
        (WEBHOOK, ["webhook"]),
        (SLACK, ["slack"]),
        (MAIL, ["mail"]),
        ({**WEBHOOK, **SLACK, **MAIL}, ["webhook", "slack", "mail"]),
    ],
)
async def test_a_notifier_for_each_target(given: dict[str, Any], names: list[str]) -> None:
    async with httpx.AsyncClient() as client:
        opened = open_notifiers(Settings(_env_file=None, **given), client, lambda _: [])
    assert [notifier.name for notifier in opened] == names


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"webhook_url": "https://desk.example/hook"}, "HANDRAIL_WEBHOOK_SECRET"),
        ({"smtp_url": "smtp://mail.example"}, "HANDRAIL_MAIL_FROM"),
    ],
)
async def test_half_a_setting_says_what_is_missing(given: dict[str, Any], says: str) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(BadAddress, match=says):
            open_notifiers(Settings(_env_file=None, **given), client, lambda _: [])


def test_secrets_are_not_shown() -> None:
    assert "c2VjcmV0" not in repr(Settings(_env_file=None, **WEBHOOK, **SLACK, **MAIL))


def test_a_queue_of_several_reasons_mails_everybody_once() -> None:
    care = Queue(name="care", emails=["a@example.com", "b@example.com"])
    policy = Policy(queues={"anger": care, "error": Queue(name="care", emails=["a@example.com"])})
    assert policy.emails_of("care") == ["a@example.com", "b@example.com"]
    assert policy.emails_of("nowhere") == []
