"""Tokens that we make ourselves: of visitors, back ends and acts; none does another's work."""

import time
from types import SimpleNamespace

import pytest
from itsdangerous import URLSafeTimedSerializer
from typer.testing import CliRunner

from handrail.app.access import acting, visitors
from handrail.app.access.acting import ActingTokens
from handrail.app.access.address import home_of
from handrail.app.access.arriving import Arrival
from handrail.app.access.by_prefix import ByPrefix
from handrail.app.access.gate import open_gate
from handrail.app.access.limit import Limit
from handrail.app.access.rules import Forbidden, decide
from handrail.app.access.service_keys import ServiceKeys, hash_of, new_key, read_hashes
from handrail.app.access.shared_secret import SharedSecret
from handrail.app.access.tokens import BadSecret, BadToken
from handrail.app.access.user import User, user_of
from handrail.app.access.visitors import Visitors
from handrail.app.auth import may_pass
from handrail.app.cli import app
from handrail.graph.context import USER, Context, asking
from handrail.graph.settings import Settings
from tests.app.tokens import SECRET, token_of

INES = User(id="ines", role="agent", name="Ines")


async def test_a_visitor_is_a_customer_whom_nobody_knows():
    issued = Visitors(SECRET).issue()
    assert await Visitors(SECRET).user_in(issued.token) == User(
        id=issued.visitor_id, role="customer", customer_id=None, verified=False
    )
    assert abs(issued.expires_at - time.time() - 30 * 86_400) < 60
    assert len({Visitors(SECRET).issue().visitor_id for _ in range(50)}) == 50


@pytest.mark.parametrize("said", [["agent"], {"id": "visitor:x", "role": "agent"}, "ines", 7])
async def test_a_visitors_token_carries_nothing_but_a_visitor(said):
    signed = Visitors(SECRET)._signed.dumps(said)
    with pytest.raises(BadToken):
        await Visitors(SECRET).user_in(f"hvt_{signed}")


async def test_old_and_foreign_visitors_tokens_are_refused(monkeypatch):
    token = Visitors(SECRET).issue().token
    for reader, bad in (
        (Visitors("another secret of the tests"), token),
        (Visitors(SECRET), token[:-1]),
        (
            Visitors(SECRET),
            f"hvt_{URLSafeTimedSerializer(SECRET, salt='handrail.survey').dumps('visitor:x')}",
        ),
    ):
        with pytest.raises(BadToken):
            await reader.user_in(bad)
    monkeypatch.setattr(visitors, "DAYS", -1)
    with pytest.raises(BadToken, match="expired"):
        await Visitors(SECRET).user_in(token)


async def test_a_back_end_is_known_by_its_key():
    key, other = new_key(), new_key()
    keys = ServiceKeys(read_hashes(f"shop={hash_of(key)}, crm={hash_of(other)}"))
    user = await keys.user_in(key)
    assert (user.id, user.role, user.name) == ("key:shop", "service", "shop")
    assert (await keys.user_in(other)).name == "crm"
    for wrong in (new_key(), key[:-1], "hsk_", hash_of(key)):
        with pytest.raises(BadToken):
            await keys.user_in(wrong)


@pytest.mark.parametrize("setting", ["shop", "shop=short", "=" + "0" * 64, "a b=" + "0" * 64])
def test_keys_that_cannot_be_read_are_named(setting):
    with pytest.raises(BadSecret, match="HANDRAIL_SERVICE_KEYS"):
        read_hashes(setting)


async def test_a_key_is_printed_once_and_its_hash_is_what_is_set():
    printed = CliRunner().invoke(app, ["keys", "new", "shop"]).output.split()
    [key] = [word for word in printed if word.startswith("hsk_")]
    assert (await ServiceKeys(read_hashes(printed[-1])).user_in(key)).name == "shop"
    assert CliRunner().invoke(app, ["keys", "new", "a b"]).exit_code == 2


async def test_an_act_is_an_agents_on_one_thread_of_its_owner():
    token = ActingTokens(SECRET).issue("u-ana", INES, "t1")
    user = await ActingTokens(SECRET).user_in(token)
    assert (user.id, user.actor, user.role, user.thread) == ("u-ana", "ines", "agent", "t1")
    assert not user.at_the_desk
    assert user_of(user.facts()) == user
    config = {"configurable": {USER: user.facts()}}
    assert asking(SimpleNamespace(context=None), config) == Context(
        role="agent", actor="ines", actor_name="Ines", locale="en"
    )


@pytest.mark.parametrize(
    ("resource", "action", "value", "may"),
    [
        ("threads", "create_run", {"thread_id": "t1", "input": {"messages": [], "event": {"type": "claim"}}}, True),
        ("threads", "create_run", {"thread_id": "t2", "input": {"messages": [], "event": {"type": "claim"}}}, False),
        ("threads", "create_run", {"thread_id": "t1", "command": {"update": {}}}, False),
        ("threads", "read", {"thread_id": "t1"}, True),
        ("threads", "read", {"thread_id": "t2"}, False),
        ("threads", "delete", {"thread_id": "t1"}, False),
        ("assistants", "read", {}, True),
        ("store", "put", {}, False),
    ],
)  # fmt: skip
async def test_an_act_does_nothing_beside_its_run(resource, action, value, may):
    for agent in (INES, User(id="key:shop", role="service")):
        user = await ActingTokens(SECRET).user_in(ActingTokens(SECRET).issue("u", agent, "t1"))
        if may:
            assert decide(user, resource, action, value) is True
            continue
        with pytest.raises(Forbidden):
            decide(user, resource, action, value)


async def test_an_act_uses_one_route_and_ends_soon(monkeypatch):
    token = ActingTokens(SECRET).issue("u-ana", INES, "t1")
    user = await ActingTokens(SECRET).user_in(token)
    assert may_pass(user, Arrival("POST", "/threads/t1/runs/wait", None))
    for method, path in (
        ("POST", "/threads/t2/runs/wait"), ("GET", "/threads/t1/runs/wait"),
        ("GET", "/threads/t1/state"), ("GET", "/handrail/handoffs"), ("", ""),
    ):  # fmt: skip
        assert not may_pass(user, Arrival(method, path, None))
    monkeypatch.setattr(acting, "SECONDS", -1)
    with pytest.raises(BadToken, match="over"):
        await ActingTokens(SECRET).user_in(token)


async def test_no_reader_takes_the_tokens_of_another():
    readers = {"hvt_": Visitors(SECRET), "hac_": ActingTokens(SECRET), "hsk_": ServiceKeys([])}
    tokens = ByPrefix(readers, SharedSecret(SECRET))
    visitor = Visitors(SECRET).issue().token
    act = ActingTokens(SECRET).issue("u-ana", INES, "t1")
    host = token_of("u-1", "agent")
    assert (await tokens.user_in(visitor)).role == "customer"
    assert (await tokens.user_in(host)).id == "u-1"
    for swapped in (
        visitor.replace("hvt_", "hac_"), act.replace("hac_", "hvt_"), f"hvt_{host}", f"hac_{host}",
        visitor.removeprefix("hvt_"), act.removeprefix("hac_"),
    ):  # fmt: skip
        with pytest.raises(BadToken):
            await tokens.user_in(swapped)
    with pytest.raises(BadToken, match="No way"):
        await ByPrefix(readers, None).user_in(host)


async def test_the_gate_knows_them_all_by_the_settings(tmp_path):
    key = new_key()
    given = {"data": tmp_path, "secret": SECRET, "service_keys": f"shop={hash_of(key)}"}
    gate = open_gate(Settings(_env_file=None, **given))
    for token, role in ((key, "service"), (Visitors(SECRET).issue().token, "customer")):
        user = await gate.admit({"authorization": f"Bearer {token}"}, None)
        assert user.role == role
    closed = open_gate(Settings(_env_file=None, visitors=False, **given))
    with pytest.raises(Exception, match="No way to read"):
        await closed.admit({"authorization": f"Bearer {Visitors(SECRET).issue().token}"}, None)
    with pytest.raises(BadSecret, match="HANDRAIL_SECRET"):
        open_gate(Settings(_env_file=None, **{**given, "secret": "short"}))


async def test_visitors_come_at_a_limited_rate(place):
    place.house.visitor_limit = Limit("2/minute")
    answers = [await place.http.post("/handrail/visitors") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "60"
    place.house.visitors = None
    assert (await place.http.post("/handrail/visitors")).status_code == 404
    with pytest.raises(BadSecret, match="HANDRAIL_VISITOR_LIMIT"):
        Limit("often")


@pytest.mark.parametrize(
    ("peer", "home"),
    [("10.0.0.7", "10.0.0.7"), ("2001:db8::1", "2001:db8::/64"), ("testclient", "testclient")],
)
def test_one_household_is_one_place(peer, home):
    assert home_of(peer) == home
