"""Slack the whole way, through Bolt, against a workspace on loopback."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from handrail.app.channels.protocol import Outgoing, Who
from handrail.app.channels.slack import SlackChannel
from handrail.app.channels.slack_agents import agents_in
from handrail.tools.post.protocol import BadAddress
from tests.app.channels.place import ANGER, ANSWER, MORE, QUESTION, Place
from tests.app.channels.products import Slack, slack_headers
from tests.loopback import Reply, serving

SECRET, SUPPORT, DESK = "signing", "CSUPPORT", "CDESK"
ROOT = f"{int(time.time())}.000100"


class Shop:
    """A workspace, and our side of it."""

    def __init__(self, url: str, product: Slack) -> None:
        self.product = product
        channel = SlackChannel(
            "xoxb-1", SECRET, support={SUPPORT}, agents=agents_in("UINES=Ines,SDESK"), desk=DESK,
            base_url=f"{url}/api/",
        )  # fmt: skip
        self.place = Place(channel)
        self.second = int(time.time())

    def message(self, text: str, user: str = "UADA", **more: Any) -> dict[str, Any]:
        self.second += 1
        said = {
            "type": "message", "channel": SUPPORT, "channel_type": "channel", "user": user,
            "text": text, "ts": f"{self.second}.000100", "thread_ts": ROOT,
        } | more  # fmt: skip
        return {"type": "event_callback", "team_id": "T1", "api_app_id": "A1",
                "event_id": f"Ev{self.second}", "event_time": self.second, "event": said,
                "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}]}  # fmt: skip

    async def deliver(self, event: dict[str, Any], **headers: str) -> int:
        body = json.dumps(event).encode()
        signed = {**slack_headers(body, SECRET), **headers}
        return (await self.place.post("slack", body, signed)).status_code

    async def shortcut(self, callback: str, user: str) -> int:
        self.second += 1
        payload = {
            "type": "message_action", "callback_id": callback, "trigger_id": "1.2",
            "token": "t", "team": {"id": "T1", "domain": "x"}, "user": {"id": user, "name": "x"},
            "channel": {"id": SUPPORT, "name": "support"}, "action_ts": f"{self.second}.000100",
            "message_ts": ROOT, "response_url": "https://hooks.slack.com/x",
            "message": {"type": "message", "user": "UADA", "ts": ROOT, "text": QUESTION},
        }  # fmt: skip
        body = f"payload={quote(json.dumps(payload))}".encode()
        form = {"content-type": "application/x-www-form-urlencoded"}
        headers = {**slack_headers(body, SECRET), **form}
        return (await self.place.post("slack", body, headers)).status_code

    @property
    def said(self) -> list[str]:
        return self.product.texts(SUPPORT)

    @property
    def talk(self) -> str:
        return f"{SUPPORT}:{ROOT}"


@pytest.fixture
def shop() -> Iterator[Shop]:
    product = Slack()
    with serving(product.answer) as server:
        yield Shop(server.url, product)


async def test_the_whole_way(shop: Shop) -> None:
    place, product = shop.place, shop.product
    first = shop.message(QUESTION, ts=ROOT)
    del first["event"]["thread_ts"]
    assert await shop.deliver(first) == 200
    again = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}
    assert await shop.deliver(first, **again) == 200
    assert shop.said == [ANSWER]
    assert {post["thread_ts"] for post in product.posted} == {ROOT}

    await shop.deliver(shop.message(ANGER))
    [packet] = product.texts(DESK)
    assert "anger" in packet
    assert "https://x.slack.com/archives/thread" in packet
    said = len(shop.said)
    await shop.deliver(shop.message(MORE))
    await shop.deliver(shop.message("I am on it", "UINES"))
    assert len(shop.said) == said
    standing = await place.standing(shop.talk)
    assert (standing.claimed_by, standing.messages[-1].name) == ("slack:UINES", "Ines")
    handoff = await place.services.handoffs.get(str(standing.handoff))
    assert handoff is not None
    assert (handoff["channel"], handoff["customer_id"]) == ("slack", None)

    await shop.deliver(shop.message("!back", "UINES"))
    assert (await place.standing(shop.talk)).owner == "ai"
    await shop.deliver(shop.message(QUESTION))
    assert shop.said[-1] == ANSWER
    await shop.deliver(shop.message("!resolve", "UINES"))
    assert "/handrail/csat/" in shop.said[-1]
    assert await place.figures(shop.talk, 2) == ("ai", "slack")


async def test_a_member_of_the_group_uses_a_shortcut(shop: Shop) -> None:
    await shop.deliver(shop.message(ANGER))
    await shop.deliver(shop.message("Hello", "UOMAR"))
    assert (await shop.place.standing(shop.talk)).messages[-1].name == "Omar"
    assert await shop.shortcut("handrail_hand_back", "UADA") == 200
    assert (await shop.place.standing(shop.talk)).owner == "human", "customers give nothing back"
    assert await shop.shortcut("handrail_hand_back", "UOMAR") == 200
    assert (await shop.place.standing(shop.talk)).owner == "ai"
    assert await shop.shortcut("handrail_resolve", "UOMAR") == 200
    assert (await shop.place.standing(shop.talk)).owner == "closed"


async def test_what_is_not_for_us(shop: Shop) -> None:
    top = shop.message("Note to all", "UINES")
    del top["event"]["thread_ts"]
    for event in (
        top, shop.message(QUESTION, channel="CELSE"), shop.message("x", bot_id="B2"),
        shop.message("x", subtype="message_changed"), shop.message("x", subtype="channel_join"),
    ):  # fmt: skip
        assert await shop.deliver(event) == 200
    assert shop.product.posted == []
    direct = shop.message(QUESTION, channel="DADA", channel_type="im")
    await shop.deliver(direct)
    assert shop.product.texts("DADA") == [ANSWER]


async def test_what_seemed_to_fail_goes_out_once_and_a_limit_is_kept(shop: Shop) -> None:
    limited = Reply({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "0"})
    shop.product.failing = [limited, limited, limited]
    await shop.deliver(shop.message(QUESTION))
    for _ in range(3):
        await shop.place.inbox.worker.work(shop.place.thread(shop.talk))
    assert shop.said == [ANSWER]


async def test_a_long_text_goes_on_where_it_broke_off(shop: Shop) -> None:
    long = "a" * 3900 + "<b>"
    whole = Outgoing("id-1", long)
    await shop.place.channel.send(shop.talk, whole)
    assert shop.said == ["a" * 3900, "&lt;b&gt;"]
    del shop.product.posted[1]
    for _ in range(2):
        await shop.place.channel.send(shop.talk, replace(whole, again=True))
    assert shop.said == ["a" * 3900, "&lt;b&gt;"]


async def test_the_handshake_and_calls_of_others(shop: Shop) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "t"}).encode()
    answer = await shop.place.post("slack", body, slack_headers(body, SECRET))
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})
    body = json.dumps(shop.message(QUESTION)).encode()
    for headers in (
        {}, slack_headers(body, "another"), slack_headers(body, SECRET, age=301),
        slack_headers(body + b" ", SECRET),
    ):  # fmt: skip
        assert (await shop.place.post("slack", body, headers)).status_code == 401
    assert await shop.deliver(shop.message(QUESTION, ts="soon")) == 422
    assert shop.product.posted == []


async def test_it_is_answered_within_slacks_three_seconds(shop: Shop) -> None:
    began = time.monotonic()
    body = json.dumps(shop.message(QUESTION)).encode()
    shop.product.failing = [Reply({"ok": True, "ts": "1.1"}, delay=3.5)]
    answer = await shop.place.http.post(
        "/handrail/channels/slack", content=body, headers=slack_headers(body, SECRET)
    )
    assert answer.status_code == 200
    assert time.monotonic() - began < 3
    await shop.place.inbox.settled()


def test_nobody_is_a_customer_by_being_in_a_workspace(shop: Shop) -> None:
    identity = shop.place.channel.identity(Who("U1", customer_id="cus_ada", vouched=True))
    assert (identity.customer_id, identity.verified) == (None, False)
    with pytest.raises(BadAddress):
        agents_in("Ines")
