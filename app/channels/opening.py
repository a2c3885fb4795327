"""Open the channels that the settings name: none is named, none is there."""

from __future__ import annotations

import httpx

from handrail.app.channels.chatwoot import ChatwootChannel
from handrail.app.channels.protocol import Channel
from handrail.app.channels.standard_webhook import WebhookChannel
from handrail.graph.settings import Settings, plain
from handrail.tools.post.protocol import BadAddress


def open_channels(settings: Settings, client: httpx.AsyncClient) -> dict[str, Channel]:
    """Return the channels by their names. Raises BadAddress, saying which setting to mend."""
    opened: list[Channel] = []
    if settings.chatwoot_url:
        opened.append(_chatwoot(settings, settings.chatwoot_url, client))
    if settings.slack_bot_token:
        opened.append(_slack(settings))
    if settings.channel_url:
        secret = plain(settings.channel_secret)
        if secret is None:
            raise BadAddress("Set HANDRAIL_CHANNEL_SECRET too: both sides always sign.")
        opened.append(WebhookChannel(settings.channel_url, secret, client))
    return {channel.name: channel for channel in opened}


def _chatwoot(settings: Settings, url: str, client: httpx.AsyncClient) -> Channel:
    token, secret = plain(settings.chatwoot_token), plain(settings.chatwoot_secret)
    path_secret = plain(settings.chatwoot_path_secret)
    if token is None or settings.chatwoot_account is None:
        raise BadAddress("Set HANDRAIL_CHATWOOT_ACCOUNT and HANDRAIL_CHATWOOT_TOKEN too.")
    if secret is None and path_secret is None:
        raise BadAddress(
            "Set HANDRAIL_CHATWOOT_SECRET, or HANDRAIL_CHATWOOT_PATH_SECRET where your Chatwoot "
            "signs nothing: else anybody could write as anybody."
        )
    return ChatwootChannel(
        url, settings.chatwoot_account, token, client, secret=secret, path_secret=path_secret
    )


def _slack(settings: Settings) -> Channel:
    token, secret = plain(settings.slack_bot_token), plain(settings.slack_signing_secret)
    if token is None or secret is None:
        raise BadAddress("Set HANDRAIL_SLACK_SIGNING_SECRET too: Slack signs what it sends.")
    try:
        from handrail.app.channels.slack import SlackChannel  # noqa: PLC0415 - an extra
        from handrail.app.channels.slack_agents import agents_in  # noqa: PLC0415
    except ModuleNotFoundError as problem:
        what = f"Slack needs the package {problem.name}: install handrail[slack]."
        raise BadAddress(what) from problem
    support = {each.strip() for each in settings.slack_support.split(",") if each.strip()}
    return SlackChannel(
        token, secret, support=support, agents=agents_in(settings.slack_agents),
        desk=settings.slack_desk, base_url=settings.slack_api,
    )  # fmt: skip
