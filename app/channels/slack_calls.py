"""Calls to Slack's Web API, with what went wrong as a NotSent."""

from __future__ import annotations

from collections.abc import Awaitable

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handrail.app.notify.protocol import NotSent

HOPELESS = frozenset(
    {"channel_not_found", "is_archived", "thread_not_found", "message_not_found", "no_text"}
)
LONGEST_WAIT = 3600


async def called(asking: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Return what Slack answers. Raises NotSent, by the code that Slack gives."""
    try:
        return await asking
    except SlackApiError as problem:
        answer = problem.response
        code = str(answer.get("error") or answer.status_code)
        after = str(answer.headers.get("Retry-After") or answer.headers.get("retry-after") or "")
        wait = int(after) if after.isascii() and after.isdigit() else 0
        raise NotSent(
            f"Slack answered {code}", for_good=code in HOPELESS, wait=min(wait, LONGEST_WAIT)
        ) from problem
    except (SlackClientError, aiohttp.ClientError, TimeoutError, ValueError) as problem:
        what = f"Slack did not answer: {type(problem).__name__}"
        raise NotSent(what, for_good=False) from problem
