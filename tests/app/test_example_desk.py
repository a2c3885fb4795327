"""The desk of the documentation, over a whole handoff: nothing lost, nothing doubled or forged."""

import asyncio
import json
from datetime import timedelta

import httpx
import pytest
from langchain_core.messages import AIMessage

from docs.example_desk import ExampleDesk, Refused, signing
from handrail.app.notify.delivery import DeliveryReport, deliver
from handrail.app.notify.sweep import sweep
from handrail.app.notify.webhook import WebhookNotifier
from handrail.graph.clock import now
from tests.app.http.conftest import LEGAL, Place
from tests.app.tokens import SECRET as SHARED
from tests.fake_services import cited_answer, fake_services

SECRET = "whsec_aGFuZHJhaWwgYW5kIGl0cyBkZXNrcywgdG9nZXRoZXI="
URL = "https://desk.example/handrail-webhook"


class Both:
    """Handrail and the example desk, connected by signed webhooks and by the routes."""

    def __init__(self):
        self.handrail = Place(fake_services(script=lambda: cited_answer() * 9))
        self.desk = ExampleDesk(self.handrail.http, SECRET, signing(SHARED))
        self.posted = []
        self.down = 0
        self.client = httpx.AsyncClient(transport=httpx.MockTransport(self._post))
        self._desk = httpx.AsyncClient(transport=httpx.ASGITransport(self.desk.app))
        self.notifier = WebhookNotifier(URL, SECRET, self.client)

    async def _post(self, request):
        self.posted.append(request)
        if self.down:
            self.down -= 1
            raise httpx.ConnectError("nobody there")
        return await self.post(request.headers, request.content)

    async def post(self, headers, body):
        answer = await self._desk.post(URL, content=body, headers=headers)
        return httpx.Response(answer.status_code)

    async def deliver(self, later=timedelta()):
        store = self.handrail.services.notifications
        return await deliver(store, [self.notifier], lambda: now() + later, draw=lambda: 1.0)

    async def said_to_the_customer(self):
        state = await self.handrail.graph.aget_state({"configurable": {"thread_id": "t1"}})
        return [m for m in state.values["messages"] if isinstance(m, AIMessage) and m.content]


@pytest.fixture
async def both():
    opened = Both()
    async with opened.handrail.http, opened.client, opened._desk:
        yield opened


async def test_from_a_legal_threat_to_a_resolved_ticket(both):
    state = await both.handrail.say(LEGAL, customer_id="cus_ana", verified=True)
    handoff = state["handoff"]["id"]
    assert await both.deliver() == DeliveryReport(delivered=1)
    ticket = both.desk.tickets[handoff]
    assert (ticket.packet["status"], ticket.packet["queue"]) == ("open", "compliance")
    assert [(e["role"], e["text"]) for e in ticket.conversation] == [("customer", LEGAL)]

    await both.desk.act(handoff, "ines", "claim", "comment-1")
    await both.desk.act(handoff, "ines", "reply", "comment-2", text="I am Ines. What happened?")
    last = (await both.said_to_the_customer())[-1]
    assert (last.content, last.name) == ("I am Ines. What happened?", "Ines")

    await both.handrail.say("My parcel is lost")
    await both.deliver()
    assert [(e["role"], e["text"]) for e in ticket.conversation][-2:] == [
        ("human", "I am Ines. What happened?"), ("customer", "My parcel is lost"),
    ]  # fmt: skip
    done = await both.desk.act(handoff, "ines", "resolve", "comment-3")
    assert done["survey_url"].startswith("https://shop.example/handrail/csat/")
    await both.deliver()
    assert (ticket.packet["status"], ticket.packet["owner"]) == ("resolved", "ines")
    assert list(both.desk.tickets) == [handoff]
    assert [json.loads(request.content)["type"] for request in both.posted] == [
        "handoff.opened", "handoff.claimed", "handoff.message", "handoff.resolved",
    ]  # fmt: skip


async def test_handing_back_gives_the_conversation_to_the_assistant(both):
    handoff = await both.handrail.handed_over()
    await both.desk.act(handoff, "ines", "claim", "1")
    await both.desk.act(handoff, "ines", "hand-back", "2", false_handoff=True)
    await both.deliver()
    packet = both.desk.tickets[handoff].packet
    assert (packet["status"], packet["false_handoff"]) == ("handed_back", True)
    assert (await both.handrail.say("Could you look at this for me"))["owner"] == "ai"


async def test_a_webhook_that_comes_twice_makes_no_second_ticket(both):
    handoff = await both.handrail.handed_over()
    await both.deliver()
    [first] = both.posted
    again = [both.post(first.headers, first.content) for _ in range(3)]
    assert {answer.status_code for answer in await asyncio.gather(*again)} == {204}
    assert list(both.desk.tickets) == [handoff]
    assert len(both.desk.tickets[handoff].conversation) == 1


async def test_a_webhook_that_is_not_ours_is_refused(both):
    await both.handrail.handed_over()
    both.down = 1
    await both.deliver()
    [real] = both.posted
    forged = real.content.replace(b"compliance", b"somewhere!")
    assert forged != real.content
    assert (await both.post(real.headers, forged)).status_code == 401
    unsigned = {k: v for k, v in real.headers.items() if k != "webhook-signature"}
    assert (await both.post(unsigned, real.content)).status_code == 401
    assert both.desk.tickets == {}


async def test_webhooks_that_failed_come_again_and_their_order_does_not_matter(both):
    handoff = await both.handrail.handed_over()
    both.down = 1
    assert await both.deliver() == DeliveryReport(postponed=1)
    await both.handrail.say("Are you there?")
    await both.deliver()  # the message comes before the handoff it belongs to
    ticket = both.desk.tickets[handoff]
    assert [e["text"] for e in ticket.conversation] == [LEGAL, "Are you there?"]
    assert await both.deliver(timedelta(seconds=20)) == DeliveryReport(delivered=1)
    assert [e["text"] for e in ticket.conversation] == [LEGAL, "Are you there?"]


async def test_handrail_that_cannot_be_read_has_the_webhook_come_again(both):
    handoff = await both.handrail.handed_over()
    elsewhere = httpx.MockTransport(lambda request: httpx.Response(503))
    both.desk._handrail = httpx.AsyncClient(transport=elsewhere, base_url="http://127.0.0.1")
    assert await both.deliver() == DeliveryReport(postponed=1)
    await both.desk._handrail.aclose()
    both.desk._handrail = both.handrail.http
    assert await both.deliver(timedelta(seconds=20)) == DeliveryReport(delivered=1)
    assert handoff in both.desk.tickets


async def test_an_act_whose_answer_was_lost_is_carried_out_once(both):
    handoff = await both.handrail.handed_over()
    await both.desk.act(handoff, "ines", "claim", "1")
    lost = [httpx.ReadTimeout("no answer"), None]

    async def pass_on(request):
        headers = {k: v for k, v in request.headers.items() if k != "host"}
        answer = await both.handrail.http.post(
            request.url.path, content=request.content, headers=headers
        )
        problem = lost.pop(0)
        if problem:
            raise problem
        return httpx.Response(answer.status_code, json=answer.json())

    both.desk._handrail = httpx.AsyncClient(
        transport=httpx.MockTransport(pass_on), base_url="http://127.0.0.1"
    )
    await both.desk.act(handoff, "ines", "reply", "2", text="Hello")
    await both.desk._handrail.aclose()
    assert lost == []
    assert [m.content for m in await both.said_to_the_customer()].count("Hello") == 1


async def test_an_agent_is_told_why_not(both):
    handoff = await both.handrail.handed_over()
    with pytest.raises(Refused, match="Claim the conversation first"):
        await both.desk.act(handoff, "ines", "reply", "1", text="Hello")
    await both.desk.act(handoff, "ines", "claim", "2")
    with pytest.raises(Refused, match="ines has claimed this conversation"):
        await both.desk.act(handoff, "omar", "claim", "3")
    await both.desk.act(handoff, "ines", "reply", "1", text="Hello")  # what was refused is not done


async def test_alarms_are_shown_on_the_ticket(both):
    handoff = await both.handrail.handed_over()
    house = both.handrail.services
    await sweep(house.handoffs, house.notifications, house.policy, now() + timedelta(days=5))
    await both.deliver(timedelta(days=5))
    assert sorted(both.desk.tickets[handoff].alarms) == ["alarm.overdue", "alarm.unowned"]


async def test_a_desk_that_starts_anew_reads_what_is_not_over(both):
    handoffs = [await both.handrail.handed_over(f"t{number}") for number in range(3)]
    await both.desk.act(handoffs[0], "ines", "claim", "1")
    await both.desk.act(handoffs[0], "ines", "resolve", "2")
    await both.desk.catch_up()
    assert sorted(both.desk.tickets) == sorted(handoffs[1:])


async def test_a_ticket_whose_end_was_not_heard_of_is_closed_when_catching_up(both):
    handoff = await both.handrail.handed_over()
    await both.desk.catch_up()
    await both.handrail.act(handoff, "claim")
    await both.handrail.act(handoff, "resolve")
    await both.desk.catch_up()
    assert both.desk.tickets[handoff].packet["status"] == "resolved"


async def test_a_long_conversation_is_read_whole(both):
    handoff = await both.handrail.handed_over()
    words = [f"And another thing, number {number}" for number in range(60)]
    for text in words:
        await both.handrail.say(text)
    await both.desk.catch_up()
    conversation = both.desk.tickets[handoff].conversation
    assert [entry["text"] for entry in conversation] == [LEGAL, *words]
