"""The examples in docs/handoff.md have the shape of what a conversation really gives."""

import json
import re
from pathlib import Path

import httpx
import pytest

from handrail.app.notify.delivery import deliver
from handrail.app.notify.webhook import WebhookNotifier
from handrail.app.routes.models import PacketView
from handrail.graph.clock import now
from tests.app.http.conftest import INES, LEGAL, Place
from tests.fake_services import fake_services

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "handoff.md").read_text("utf-8")
THREAD = "0d9a6c1e-3c1f-4a53-9a44-3a1c2f6f7f10"
ANA = {"customer_id": "cus_ana", "verified": True}


def example(name):
    shown = re.search(rf"<!-- {name}: .*? -->\n```json\n(.*?)```", DOCUMENT, re.DOTALL)
    return json.loads(shown.group(1))


def shape(value):
    """Return the keys and types of JSON; a list is the shapes of its parts, each once."""
    if isinstance(value, dict):
        return {name: shape(it) for name, it in value.items()}
    if isinstance(value, list):
        shapes = [shape(it) for it in value]
        return [one for place, one in enumerate(shapes) if one not in shapes[:place]]
    return type(value).__name__


@pytest.fixture
async def happened():
    """Play the conversation of the examples; return the packet and the webhooks by type."""
    place = Place(fake_services(certainty=0.55))
    sent = []
    take = httpx.MockTransport(lambda request: sent.append(request) or httpx.Response(204))
    async with place.http, httpx.AsyncClient(transport=take) as client:
        first = await place.say("When will my refund be on my card?", THREAD, **ANA)
        handoff = first["handoff"]["id"]
        await place.act(handoff, "note", text="A regular customer.")
        await place.say(LEGAL, THREAD, **ANA)
        answer = await place.http.get(f"/handrail/handoffs/{handoff}", headers=INES)
        notifier = WebhookNotifier("https://desk.example/", "of the tests", client)
        await deliver(place.services.notifications, [notifier], now)
    bodies = [json.loads(request.content) for request in sent]
    return answer.json(), {body["type"]: body for body in bodies}


async def test_the_packet_has_the_shape_of_a_real_one(happened):
    real, _ = happened
    shown = example("packet")
    PacketView.model_validate(shown, strict=True)
    assert shape(shown) == shape(real)
    assert shown.keys() == PacketView.model_fields.keys()
    for name in ("id", "key", "thread_id", "queue", "priority", "reasons", "draft", "summary"):
        assert shown[name] == real[name], name
    said = [[(it["role"], it["text"]) for it in p["transcript"]["items"]] for p in (shown, real)]
    assert said[0] == said[1]


async def test_the_webhook_has_the_shape_of_a_real_one(happened):
    _, bodies = happened
    assert set(bodies) == {"handoff.opened", "handoff.message", "handoff.escalated"}
    shown, real = example("webhook"), bodies["handoff.message"]
    assert shape(shown) == shape(real)
    for name in ("queue", "position", "again", "handoff_id", "notification_id"):
        assert shown["data"][name] == real["data"][name], name
    both = shown["data"].keys() - {"message_id", "position", "again"}
    assert bodies["handoff.opened"]["data"].keys() == both
    assert bodies["handoff.escalated"]["data"].keys() == both | {"by"}
