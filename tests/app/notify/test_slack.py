from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from handrail.app.notify.protocol import NotSent
from handrail.app.notify.slack import SlackNotifier, message_of
from handrail.store.notifications.protocol import Kind, Notification
from handrail.tools.post.protocol import BadAddress

URL = "https://hooks.slack.example/services/T0/B0/secret"


def told(kind: Kind = "handoff.opened", **payload: Any) -> Notification:
    facts = {
        "queue": "care", "priority": "urgent", "reasons": ["legal", "vip"], "owner": None,
        "due_at": "2026-03-01T11:00:00+00:00", "customer_id": "c-1", "language": "de",
        "desk_url": "https://desk.example/h-1?a=1&b=2",
    }  # fmt: skip
    return Notification("n-1", kind, "h-1", "2026-03-01T10:00:00+00:00", {**facts, **payload})


def shown(notification: Notification) -> str:
    message: Any = message_of(notification)
    (block,) = message["blocks"]
    assert block["type"] == "section"
    assert block["text"]["type"] == "mrkdwn"
    return str(block["text"]["text"])


async def test_it_is_posted_in_slacks_shape() -> None:
    requests: list[httpx.Request] = []

    def slack(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, text="ok")

    async with httpx.AsyncClient(transport=httpx.MockTransport(slack)) as client:
        await SlackNotifier(URL, client).send(told())
    (request,) = requests
    assert str(request.url) == URL
    assert json.loads(request.content) == message_of(told())
    assert json.loads(request.content)["text"] == "A customer needs a person (care, urgent)"


def test_it_says_what_an_agent_needs() -> None:
    words = shown(told())
    for part in ("h-1", "care", "urgent", "legal, vip", "nobody yet", "c-1", "a=1&amp;b=2"):
        assert part in words


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("handoff.message", "has written again"),
        ("handoff.claimed", "was claimed"),
        ("handoff.handed_back", "went back to the assistant"),
        ("handoff.resolved", "was resolved"),
        ("handoff.escalated", "one more reason"),
        ("handoff.transferred", "passed on"),
        ("handoff.taken_back", "customer went back"),
        ("handoff.abandoned", "has left"),
        ("alarm.unowned", "Nobody has taken"),
        ("alarm.overdue", "overdue"),
        ("alarm.waiting", "waiting"),
    ],
)
def test_every_kind_has_words(kind: Kind, words: str) -> None:
    assert words in shown(told(kind))


def test_nothing_in_a_value_is_taken_for_markup_or_a_line_of_its_own() -> None:
    words = shown(told(owner="<!channel> & <@U1>\nQueue: mine\u202e"))
    assert "Owner: &lt;!channel&gt; &amp; &lt;@U1&gt; Queue: mine\n" in words


def test_a_long_notice_is_cut_between_lines_and_never_within_an_escape() -> None:
    words = shown(told(owner="&" * 9000, queue="<" * 9000, customer_id="c-1"))
    assert len(words) <= 3000
    assert "&" not in re.sub("&(amp|lt|gt);", "", words)
    assert "Handoff: h-1" in words


def test_a_payload_that_lacks_something_is_told_all_the_same() -> None:
    bare = Notification("n-1", "alarm.unowned", "h-1", "2026-03-01T10:00:00+00:00", {})
    assert "Nobody has taken this handoff (no queue, no priority)" in shown(bare)


async def test_a_channel_that_is_gone_is_given_up() -> None:
    gone = httpx.MockTransport(lambda _: httpx.Response(410, text="channel_is_archived"))
    async with httpx.AsyncClient(transport=gone) as client:
        with pytest.raises(NotSent) as raised:
            await SlackNotifier(URL, client).send(told())
    assert raised.value.for_good
    assert "secret" not in raised.value.what


async def test_an_address_that_is_none_is_refused_at_once() -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(BadAddress, match="Slack"):
            SlackNotifier("hooks.slack.example", client)


async def test_more_words_of_a_customer_who_waits_are_not_posted() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be posted")

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        await SlackNotifier("https://hooks.example/T", client).send(
            told("handoff.message", again=True)
        )
