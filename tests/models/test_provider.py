"""The chain is opened from names, and says what to mend where it cannot be."""

import asyncio

import pytest

from handrail.models.provider import AtOnce, BadModel, Limits, open_chain

KEY = {"OPENAI_API_KEY": "sk-of-the-tests"}


def test_the_embedded_model_needs_no_chain():
    assert open_chain(["embedded", None, ""]) == ()


def test_links_come_in_the_order_of_their_names_and_once():
    chain = open_chain(["openai:a", "openai:b", "openai:a", None], environ=KEY)
    assert [link.name for link in chain] == ["openai:a", "openai:b"]
    assert [link.provider for link in chain] == ["openai", "openai"]
    assert chain[0].at_once is chain[1].at_once, "they share the slots"


def test_key_and_address_come_from_what_is_given(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    [link] = open_chain(
        ["openai:a"],
        environ={**KEY, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"},
        limits=Limits(seconds=7),
        options={"temperature": None, "max_tokens": 5},
    )
    inner = link.model.inner
    assert inner.openai_api_key.get_secret_value() == "sk-of-the-tests"
    assert inner.openai_api_base == "http://127.0.0.1:9/v1"
    assert (inner.request_timeout, inner.max_tokens, inner.temperature) == (7, 5, None)
    [local] = open_chain(["openai:a"], environ={"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
    assert local.model.inner.openai_api_key.get_secret_value() == "none", "a local one needs none"


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("gpt-5", "provider"),
        ("nobody:gpt-5", "nobody"),
        ("openai:gpt-5", "OPENAI_API_KEY"),
        ("anthropic:claude", "langchain-anthropic"),
    ],
)
def test_what_cannot_be_opened_says_what_to_mend(name, mend, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(BadModel, match=mend):
        open_chain([name], environ={})


async def test_so_many_run_at_once_and_no_more():
    slots, running, most = AtOnce(3), 0, 0

    async def call():
        nonlocal running, most
        async with slots.slot():
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(call() for _ in range(20)))
    assert most == 3


def test_each_event_loop_has_slots_of_its_own():
    slots = AtOnce(1)

    async def contend():
        await asyncio.gather(*(_held(slots) for _ in range(3)))

    asyncio.run(contend())
    asyncio.run(contend())


async def _held(slots):
    async with slots.slot():
        await asyncio.sleep(0)
