"""A channel on a real LangGraph server: its tokens, its routes, its duties, its own front door."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from tests.app.channels.products import Hook
from tests.app.servers import SERVICE_KEY, langgraph_dev
from tests.app.tokens import bearer
from tests.loopback import serving

pytestmark = pytest.mark.server
SECRET = "whsec_c2VjcmV0IG9mIHRoaXMgdGVzdCwgbG9uZw=="
SERVICE = {"Authorization": f"Bearer {SERVICE_KEY}"}
INES = {"id": "7", "name": "Ines"}
WAIT_SECONDS = 60
Talk = tuple[Hook, httpx.Client]


@pytest.fixture(scope="module")
def talk(
    tmp_path_factory: pytest.TempPathFactory, trained: Callable[[Path], None]
) -> Iterator[Talk]:
    folder = tmp_path_factory.mktemp("channels")
    trained(folder / "data")
    product = Hook()
    with serving(product.answer) as hook:
        settings = {
            "HANDRAIL_CHANNEL_URL": hook.url, "HANDRAIL_CHANNEL_SECRET": SECRET,
            "HANDRAIL_PUBLIC_URL": "https://support.example",
        }  # fmt: skip
        with (
            langgraph_dev(folder, **settings) as url,
            httpx.Client(base_url=url, timeout=60) as http,
        ):
            yield product, http


def deliver(http: httpx.Client, number: int, kind: str, **data: Any) -> None:
    now = datetime.now(UTC)
    event = {"type": kind, "timestamp": now.isoformat(),
             "data": {"conversation": "c-1", "id": str(number), **data}}  # fmt: skip
    body = json.dumps(event)
    headers = {
        "webhook-id": f"msg_{number}", "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(f"msg_{number}", now, body),
    }  # fmt: skip
    answer = http.post("/handrail/channels/webhook", content=body, headers=headers)
    assert answer.status_code == 202, answer.text


def say(http: httpx.Client, number: int, text: str) -> None:
    who = {"id": "u-1", "customer_id": "cus_ana", "verified": True}
    deliver(http, number, "customer.message", text=text, customer=who)


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.1)


def test_the_whole_way_on_a_server(talk: Talk) -> None:
    product, http = talk
    say(http, 1, "How long does a refund take?")
    wait_for(lambda: product.kinds() == ["message.sent"])
    say(http, 2, "This is absolutely outrageous, worst company ever")
    wait_for(lambda: product.kinds()[1:] == ["message.sent", "handoff.opened"])
    handoff = product.events[-1][1]["handoff"]
    assert (handoff["channel"], handoff["customer_id"]) == ("webhook", "cus_ana")

    def standing() -> dict[str, Any]:
        return http.get(f"/handrail/handoffs/{handoff['id']}", headers=SERVICE).json()

    deliver(http, 3, "agent.reply", text="I am on it", agent=INES)
    wait_for(lambda: standing()["transcript"]["items"][-1]["text"] == "I am on it")
    assert standing()["owner"] == "webhook:7"
    deliver(http, 4, "conversation.holder", holder="bot", agent=INES)
    wait_for(lambda: standing()["status"] == "handed_back")
    say(http, 5, "How long does a refund take?")
    wait_for(lambda: len(product.said()) == 3)

    deliver(http, 6, "conversation.holder", holder="resolved", agent=INES)
    wait_for(lambda: "survey.offered" in product.kinds())
    trail = http.get(f"/handrail/handoffs/{handoff['id']}/trail", headers=SERVICE)
    channels = {
        row["facts"]["channel"] for row in trail.json()["items"] if "channel" in row["facts"]
    }
    assert channels == {"webhook"}
    talks = http.get("/handrail/customers/cus_ana/conversations", headers=SERVICE).json()["items"]
    assert [(each["channel"], each["conversation"]) for each in talks] == [("webhook", "c-1")]
    assert [each["id"] for each in talks[0]["handoffs"]] == [handoff["id"]]


def test_the_desk_of_handrail_reaches_the_product(talk: Talk) -> None:
    product, http = talk
    before = len(product.said())
    say(http, 7, "I want to talk to a person, now")
    wait_for(lambda: product.kinds()[-1] == "handoff.opened")
    handoff = product.events[-1][1]["handoff"]["id"]
    agent = bearer("noor", "agent", name="Noor")
    assert http.post(f"/handrail/handoffs/{handoff}/claim", headers=agent).status_code == 200
    told = {"text": "What can I do?"}
    answer = http.post(f"/handrail/handoffs/{handoff}/reply", headers=agent, json=told)
    assert answer.status_code == 200, answer.text
    wait_for(lambda: product.said()[-1] == "Noor: What can I do?")
    assert len(product.said()) == before + 2


def test_a_channels_token_opens_no_other_door(talk: Talk) -> None:
    from handrail.app.access.channel_tokens import ChannelTokens, login_of
    from handrail.app.access.user import User
    from tests.app.servers import ACTS_SECRET

    _, http = talk
    tokens = ChannelTokens(ACTS_SECRET)
    other = User(id=login_of("webhook", "another"), role="customer", channel="webhook")
    headers = {"Authorization": f"Bearer {tokens.issue(other)}"}
    talks = http.get("/handrail/customers/cus_ana/conversations", headers=SERVICE).json()["items"]
    thread = talks[0]["thread_id"]
    assert http.get(f"/threads/{thread}/state", headers=headers).status_code in {403, 404}
    assert http.get("/handrail/handoffs", headers=headers).status_code == 403
