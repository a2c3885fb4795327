"""Tokens of channels: for one conversation's customer, for a minute, and for nobody else."""

from __future__ import annotations

import pytest

from handrail.app.access import channel_tokens
from handrail.app.access.acting import ActingTokens
from handrail.app.access.channel_tokens import PREFIX, ChannelTokens, channel_in, login_of
from handrail.app.access.claims import user_in
from handrail.app.access.rules import OWNER, decide
from handrail.app.access.tokens import BadToken
from handrail.app.access.user import User
from handrail.graph.context import USER, Context, asking

SECRET = "a secret of the tests, long enough"
ADA = User(
    id=login_of("slack", "t-1"), role="customer", name="Ada", customer_id="cus_ada",
    locale="en", channel="slack",
)  # fmt: skip


class Runtime:
    context = None


async def test_who_it_was_made_for_is_who_comes_and_their_channel_with_them() -> None:
    tokens = ChannelTokens(SECRET)
    user = await tokens.user_in(tokens.issue(ADA))
    assert user == ADA
    config = {"configurable": {USER: user.facts()}}
    context = asking(Runtime(), config)  # type: ignore[arg-type]
    assert context == Context(customer_id="cus_ada", channel="slack", locale="en", actor_name="Ada")
    value: dict[str, object] = {}
    assert decide(user, "threads", "create", value) == {OWNER: "channel:slack:t-1"}


async def test_no_token_makes_an_agent_or_another_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = ChannelTokens(SECRET)
    agent = User(id=ADA.id, role="agent", channel="slack")
    assert (await tokens.user_in(tokens.issue(agent))).role == "customer"
    forged = User(id="u-ana", role="customer", channel="slack")
    other = User(id=ADA.id, role="customer", channel="chatwoot")
    nobodys = User(id=ADA.id, role="customer", verified=True, channel="slack")
    for user in (forged, other):
        with pytest.raises(BadToken):
            await tokens.user_in(tokens.issue(user))
    assert not (await tokens.user_in(tokens.issue(nobodys))).verified
    with pytest.raises(BadToken):
        await tokens.user_in(ChannelTokens("another secret").issue(ADA))
    acting = ActingTokens(SECRET).issue(ADA.id, agent, "t-1")
    with pytest.raises(BadToken):
        await tokens.user_in(PREFIX + acting.removeprefix("hac_"))
    issued = tokens.issue(ADA)
    monkeypatch.setattr(channel_tokens, "SECONDS", -1)
    with pytest.raises(BadToken):
        await tokens.user_in(issued)


async def test_an_act_on_a_products_thread_counts_for_its_channel() -> None:
    acting = ActingTokens(SECRET)
    agent = User(id="ines", role="agent", name="Ines")
    for owner, channel in ((ADA.id, "slack"), ("u-ana", None)):
        assert (await acting.user_in(acting.issue(owner, agent, "t-1"))).channel == channel


def test_a_host_cannot_name_somebody_like_a_channels_login() -> None:
    with pytest.raises(BadToken):
        user_in({"sub": "channel:slack:t-1"})
    assert [channel_in(name) for name in ("channel:slack", "channel:", "u-1", None)] == [None] * 4
