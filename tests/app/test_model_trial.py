"""handrail doctor asks a model one question that takes one tool call, and says what it can do."""

import pytest

from handrail.app.doctor import _models
from handrail.graph.settings import Settings
from tests.llm.server import answer, completion, speaking
from tests.loopback import Reply


def looks_it_up(asked):
    if not asked.results:
        return completion(calls=[("look_up_order", {"order_number": "FH-10001"})])
    claims = [{"text": "Shipped with DHL.", "source": "look_up_order", "quote": ""}]
    return answer("Your order FH-10001 is on its way with DHL.", claims)


async def looked_at(behave, monkeypatch, **settings):
    with speaking(behave) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-tests")
        return await _models(Settings(_env_file=None, **{"model": "openai:fake", **settings}))


async def test_a_model_that_can_do_all_of_it_is_well(monkeypatch):
    [found] = await looked_at(looks_it_up, monkeypatch)
    assert found.mend == ""
    assert "calls tools; gives its answer in the form it should; counts tokens (220)" in found.state


@pytest.mark.parametrize(
    ("behave", "state", "mend"),
    [
        (lambda a: completion("It is on its way!"), "called no tool", "good at calling tools"),
        (lambda a: Reply(status=401, json={"error": {}}), "AuthenticationError", "OPENAI_API_KEY"),
        (lambda a: Reply(status=404, json={"error": {}}), "NotFoundError", "mend its name"),
        (lambda a: Reply(json={}, delay=1.5), "no answer in 0.5 s", "HANDRAIL_MODEL_SECONDS"),
        (lambda a: Reply(raw=b"<html>"), "failed", "Look at its server"),
    ],
    ids=["prose", "key", "name", "slow", "page"],
)
async def test_one_that_cannot_is_to_be_mended(behave, state, mend, monkeypatch):
    [found] = await looked_at(behave, monkeypatch, model_seconds=0.5 if "no answer" in state else 9)
    assert state in found.state
    assert mend in found.mend


async def test_nobody_at_the_address(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-tests")
    [found] = await _models(Settings(_env_file=None, model="openai:fake", model_seconds=5))
    assert "OPENAI_BASE_URL" in found.mend


async def test_every_model_that_is_set_is_tried(monkeypatch):
    found = await looked_at(looks_it_up, monkeypatch, second_model="openai:b", judge_model="nobody")
    assert [one.what for one in found] == ["model", "second model", "judge"]
    assert "provider" in found[2].mend


async def test_the_embedded_one_needs_nothing():
    [found] = await _models(Settings(_env_file=None))
    assert (found.state, found.mend) == ("embedded (no key, no network)", "")
