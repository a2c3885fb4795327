"""Customers' messages have limits, on the way in; who is told what, and what is never counted."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI, Request
from limits.errors import StorageError

from handrail.app.access.address import Proxies
from handrail.app.access.flow import Flow, open_counter, open_flow
from handrail.app.access.gate import Gate
from handrail.app.access.keep_flow import KeepFlow, from_inside
from handrail.app.access.limit import Counter, Limit
from handrail.app.access.shared_secret import SharedSecret
from handrail.app.access.tokens import BadSecret
from handrail.app.problems import MEDIA_TYPE
from handrail.graph.settings import Settings
from handrail.tools.counting import open_storage
from handrail.tools.post.protocol import BadAddress
from tests.app.tokens import SECRET, bearer

ANA = bearer("u-ana", "customer", customer_id="cus_ana", locale="de-AT")
BEN = bearer("u-ben", "customer")
REDIS = "redis://127.0.0.1:6379/0"
RUN = {"assistant_id": "support", "input": {"messages": [{"role": "user", "content": "Hello"}]}}


class Server:
    """A server that keeps what it was sent, behind the limits; `held` keeps it from answering."""

    def __init__(self, flow: Flow) -> None:
        self.seen: list[dict] = []
        self.held: asyncio.Event | None = None
        self.taken = asyncio.Event()
        api = FastAPI()
        api.state.house = type("House", (), {"gate": Gate(SharedSecret(SECRET)), "flow": flow})()

        async def take(request: Request) -> dict[str, bool]:
            self.seen.append(await request.json())
            self.taken.set()
            if self.held:
                await self.held.wait()
            return {"taken": True}

        for path in ("/threads/{t}/runs/wait", "/threads/{t}/runs", "/threads", "/handrail/agui"):
            api.post(path)(take)
        api.add_middleware(KeepFlow)
        self.api = api

    def client(self, address: str = "192.0.2.7", *, inside: bool = False) -> httpx.AsyncClient:
        app = from_inside(self.api) if inside else self.api
        transport = httpx.ASGITransport(app, client=(address, 4000))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    async def say(self, who=ANA, address="192.0.2.7", path="/threads/t1/runs/wait", **more):
        headers = {**who, **more.pop("headers", {})}
        async with self.client(address, inside=more.pop("inside", False)) as http:
            return await http.post(path, json=more.pop("run", RUN), headers=headers)


def flow(**limits: str) -> Flow:
    made = {f"{what}_limit": rate for what, rate in limits.items()}
    none = {"customer_limit": "0", "address_limit": "0", "overall_limit": "0"}
    return open_flow(Settings(_env_file=None, **{**none, **made}), Counter())


async def test_a_customer_may_send_so_many_and_the_next_one_waits():
    server = Server(flow(customer="2/minute"))
    assert [(await server.say()).status_code for _ in range(3)] == [200, 200, 429]
    refused = await server.say()
    assert refused.headers["content-type"] == MEDIA_TYPE
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["type"] == "urn:handrail:problem:too_many_messages"
    assert refused.json()["limit"] == "customer"
    assert "viele Nachrichten" in refused.json()["detail"]  # in the customer's language
    assert (await server.say(BEN)).status_code == 200
    assert len(server.seen) == 3


async def test_an_address_has_a_limit_whoever_writes_from_it():
    server = Server(flow(address="2/minute"))
    found = [(await server.say(who)).status_code for who in (ANA, BEN, BEN)]
    assert found == [200, 200, 429]
    assert (await server.say(ANA, address="192.0.2.8")).status_code == 200
    assert [(await server.say(address=f"2001:db8::{n}")).status_code for n in (1, 2, 3)] == [
        200,
        200,
        429,
    ]


async def test_all_together_have_one_and_nobody_is_blamed():
    server = Server(flow(overall="1/minute"))
    assert (await server.say(ANA)).status_code == 200
    refused = await server.say(BEN)
    assert refused.status_code == 429
    assert refused.json()["limit"] == "overall"
    assert "So many people" in refused.json()["detail"]


@pytest.mark.parametrize("role", ["agent", "service"])
async def test_agents_and_back_ends_have_none(role):
    server = Server(flow(customer="1/minute", address="1/minute", overall="1/minute"))
    who = bearer("ines", role)
    assert [(await server.say(who)).status_code for _ in range(3)] == [200, 200, 200]


async def test_only_messages_are_counted_and_strangers_are_the_servers_to_refuse():
    server = Server(flow(customer="1/minute", overall="1/minute"))
    assert [(await server.say(path="/threads")).status_code for _ in range(3)] == [200] * 3
    assert [(await server.say({})).status_code for _ in range(2)] == [200] * 2
    assert (await server.say()).status_code == 200
    assert (await server.say()).status_code == 429


async def test_other_ways_to_send_are_the_same_messages():
    server = Server(flow(customer="2/minute"))
    found = [
        (await server.say(path=path)).status_code
        for path in ("/handrail/agui", "/threads/t1/runs", "/threads/t2/runs/wait")
    ]
    assert found == [200, 200, 429]


async def test_what_comes_through_a_chat_product_has_no_address_of_a_browser():
    server = Server(flow(customer="2/minute", address="1/minute"))
    assert [(await server.say(inside=True)).status_code for _ in range(3)] == [200, 200, 429]


async def test_a_call_that_we_make_for_a_counted_one_is_not_counted_again():
    server = Server(flow(customer="1/minute"))
    outer = FastAPI()
    outer.state.house = server.api.state.house

    @outer.post("/handrail/agui")
    async def pass_on() -> int:
        return (await server.say(inside=True)).status_code

    outer.add_middleware(KeepFlow)
    transport = httpx.ASGITransport(outer, client=("192.0.2.7", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        assert (await http.post("/handrail/agui", json={}, headers=ANA)).json() == 200
        assert (await http.post("/handrail/agui", json={}, headers=ANA)).status_code == 429


async def test_with_too_much_to_do_a_new_message_is_told_so_at_once():
    server = Server(Flow(at_once=1))
    server.held = asyncio.Event()
    first = asyncio.create_task(server.say())
    await server.taken.wait()
    refused = await server.say(BEN)
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "5"
    assert refused.json()["type"] == "urn:handrail:problem:too_busy"
    server.held.set()
    assert (await first).status_code == 200
    assert (await server.say(BEN)).status_code == 200
    assert server.api.state.house.flow.running == 0


async def test_what_is_refused_as_busy_counts_against_nobody():
    made = flow(customer="1/minute")
    made.at_once, made.running = 1, 1
    server = Server(made)
    assert (await server.say()).status_code == 503
    made.running = 0
    assert (await server.say()).status_code == 200


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "user", "content": "a" * 1001}],
        "a" * 1001,
        [{"role": "user", "content": [{"type": "text", "text": "a" * 600}] * 2}],
        [{"role": "user", "content": "a"}] * 4,
    ],
)
async def test_one_input_may_say_so_much(messages):
    server = Server(Flow(characters=1000, messages=3))
    refused = await server.say(run={**RUN, "input": {"messages": messages}})
    assert refused.status_code == 413
    assert refused.json()["limit"] == "size"
    assert server.seen == []


async def test_a_body_without_end_is_not_read():
    server = Server(Flow())

    async def endless():
        while True:
            yield b" " * 65_536

    async with server.client() as http:
        refused = await http.post("/threads/t1/runs/wait", content=endless(), headers=ANA)
    assert refused.status_code == 413


@pytest.mark.parametrize(
    ("given", "seen"), [({}, "enqueue"), ({"multitask_strategy": None}, "enqueue"),
                        ({"multitask_strategy": "reject"}, "reject")],
)  # fmt: skip
async def test_a_run_waits_for_the_one_before_it(given, seen):
    server = Server(Flow())
    assert (await server.say(run={**RUN, **given})).status_code == 200
    assert server.seen[0]["multitask_strategy"] == seen
    assert server.seen[0]["input"] == RUN["input"]


@pytest.mark.parametrize(
    "body", [b"[1]", b'"x"', b'{"input": 7}', b'{"input": {"messages": null}}']
)
async def test_what_is_no_run_is_the_servers_to_refuse(body):
    server = Server(Flow())
    async with server.client() as http:
        headers = {**ANA, "content-type": "application/json"}
        assert (
            await http.post("/threads/t1/runs", content=body, headers=headers)
        ).status_code == 200
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),  # nobody believes a stranger
        ("10.0.0.4", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.4", "127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.4", "203.0.113.9, 10.0.0.8", "203.0.113.9"),
        ("10.0.0.4", "", "10.0.0.4"),
        ("10.0.0.4", "nonsense", "nonsense"),
        (None, "203.0.113.9", "unknown"),
    ],
)
def test_whose_address_it_is(peer, forwarded, address):
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert Proxies.listed("10.0.0.0/8").address_of(peer, headers) == address


def test_proxies_and_rates_that_are_none_are_named():
    with pytest.raises(BadSecret, match="HANDRAIL_TRUSTED_PROXIES"):
        Proxies.listed("our proxy")
    with pytest.raises(BadSecret, match="HANDRAIL_CUSTOMER_LIMIT"):
        flow(customer="a lot")
    with pytest.raises(BadAddress, match="HANDRAIL_LIMITS_URL"):
        open_counter(Settings(_env_file=None, limits_url="memcached://127.0.0.1"))


async def test_workers_count_together_in_a_redis():
    who, counters = uuid4().hex, [Counter.open(REDIS) for _ in range(2)]
    try:
        await counters[0]._shared.storage.check() or pytest.skip("no Redis on 127.0.0.1:6379")
        one, two = (Limit("2/minute", counter) for counter in counters)
        assert [await limit.hit(who) is None for limit in (one, two, one, two)] == [
            True,
            True,
            False,
            False,
        ]
        assert 1 <= await one.hit(who) <= 60
    finally:
        for counter in counters:
            await counter._shared.storage.bridge.storage.aclose()


async def test_without_its_redis_a_worker_counts_by_itself():
    counter = Counter.open("redis://127.0.0.1:1/0")
    limit = Limit("2/minute", counter)
    assert [await limit.hit("a") is None for _ in range(3)] == [True, True, False]
    assert counter._away_until > 0
    with pytest.raises(StorageError):
        await open_storage("redis://127.0.0.1:1/0").get("x")
