"""What is not set up whole does not open, and says which setting to mend."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from handrail.app.channels.opening import open_channels
from handrail.graph.settings import Settings
from handrail.tools.post.protocol import BadAddress

CHATWOOT = {"chatwoot_url": "https://chat.example", "chatwoot_account": 1, "chatwoot_token": "t"}
SLACK = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s", "slack_support": "C1, C2"}
WEBHOOK = {"channel_url": "https://chat.example/hook", "channel_secret": "whsec_YWJj"}


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


async def test_those_that_are_named_open() -> None:
    async with httpx.AsyncClient() as client:
        whole = settings(**CHATWOOT, chatwoot_secret="s", **SLACK, **WEBHOOK)
        assert set(open_channels(whole, client)) == {"chatwoot", "slack", "webhook"}
        assert open_channels(settings(), client) == {}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (CHATWOOT, "HANDRAIL_CHATWOOT_SECRET"),
        ({"chatwoot_url": "https://chat.example"}, "HANDRAIL_CHATWOOT_TOKEN"),
        ({**CHATWOOT, "chatwoot_url": "chat.example", "chatwoot_secret": "s"}, "Chatwoot"),
        ({"slack_bot_token": "xoxb-1"}, "HANDRAIL_SLACK_SIGNING_SECRET"),
        ({**SLACK, "slack_agents": "Ines"}, "HANDRAIL_SLACK_AGENTS"),
        ({"channel_url": "https://chat.example"}, "HANDRAIL_CHANNEL_SECRET"),
        ({**WEBHOOK, "channel_secret": "whsec_no"}, "base64"),
    ],
)
async def test_what_is_half_set_up_does_not(given: dict[str, Any], missing: str) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(BadAddress, match=missing):
            open_channels(settings(**given), client)
