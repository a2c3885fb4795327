"""The entry for hosts in Python: one turn at a time, nothing twice, no draft, errands done."""

import asyncio
import contextlib

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from handrail.app.access.user import User
from handrail.app.embedded import Handrail
from handrail.app.talk.protocol import Happened, Words
from handrail.app.turn import Turn
from handrail.graph.clock import now_iso
from handrail.graph.context import Context
from handrail.store.errands.protocol import Errand
from tests.fake_services import PASSAGE, cited_answer, fake_services, lazily

ANA = Context(customer_id="cus_ada", verified=True, channel="app")
INES = User(id="ines", role="agent", name="Ines")
REFUND = "How long does a refund take, please?"
LEGAL = "You will hear from my lawyer"


def opened(**parts):
    services = fake_services(script=lambda: cited_answer() * 9, **parts)
    return services, Handrail(lazily(services), checkpointer=InMemorySaver())


class AppendingTo:
    """A list that a test can wait for."""

    def __init__(self, queue):
        self.append = queue.put_nowait


async def test_an_answer_comes_with_its_citations_and_an_id():
    _, support = opened()
    turn = await support.say("t", REFUND, ANA, "m-1")
    assert PASSAGE["text"] in turn.text
    assert [cited["id"] for cited in turn.citations] == ["refund-policy"]
    assert (turn.owner, turn.handoff, turn.again) == ("ai", None, False)
    assert turn.replies[0].id


async def test_two_messages_at_once_on_one_thread_are_two_turns_in_their_order():
    services, support = opened()
    first, second = await asyncio.gather(
        support.say("t", REFUND, ANA, "m-1"), support.say("t", LEGAL, ANA, "m-2")
    )
    assert PASSAGE["text"] in first.text
    assert (first.owner, second.owner) == ("ai", "human")
    kept = (await support.graph.aget_state({"configurable": {"thread_id": "t"}})).values
    assert [message.id for message in kept["messages"]] == [
        "m-1", first.replies[0].id, "m-2", second.replies[0].id,
    ]  # fmt: skip
    [standing] = await services.handoffs.list()
    assert standing["id"] == second.handoff["id"]


async def test_an_act_waits_for_the_turn_before_it():
    services, support = opened()
    waiting = asyncio.create_task(support.say("t", LEGAL, ANA))
    for _ in range(5):  # the turn begins, and does not end
        await asyncio.sleep(0)
    assert not waiting.done()
    assert await support.act("t", {"type": "claim"}, INES) is None
    [standing] = await services.handoffs.list()
    assert standing["owner"] == "ines"
    assert (await waiting).owner == "human"


async def test_a_delivery_that_comes_again_changes_nothing_and_says_the_same():
    services, support = opened()
    first = await support.say("t", REFUND, ANA, "m-1")
    await support.say("t", LEGAL, ANA, "m-2")
    rows = await services.audit.list("t")
    again = await support.say("t", REFUND, ANA, "m-1")
    assert again.again
    assert (again.replies, again.citations) == (first.replies, first.citations)
    assert await services.audit.list("t") == rows


async def test_the_stream_has_released_words_and_events_and_ends_with_the_turn():
    services, support = opened(certainty=0.6)
    heard = [part async for part in support.astream("t", REFUND, ANA)]
    [standing] = await services.handoffs.list()
    draft = (await services.handoffs.get(standing["id"]))["draft"]
    assert PASSAGE["text"] in draft
    assert PASSAGE["text"] not in str(heard)
    assert {"handoff", "owner"} <= {p.event["type"] for p in heard if isinstance(p, Happened)}
    assert isinstance(heard[-1], Turn)

    _, support = opened()
    *parts, turn = [part async for part in support.astream("t", REFUND, ANA)]
    words = [part for part in parts if isinstance(part, Words)]
    assert "".join(word.text for word in words) == turn.text
    assert {word.message_id for word in words} == {turn.replies[0].id}


async def test_a_reader_who_leaves_cuts_no_handoff_short():
    services, support = opened()
    async with support:
        async for _ in support.astream("t", LEGAL, ANA, "m-1"):
            break
    [standing] = await services.handoffs.list()
    assert standing["status"] == "open", "leaving waits for the turn"
    again = await support.say("t", LEGAL, ANA, "m-1")
    assert (again.owner, again.again) == ("human", True)
    assert len(await services.handoffs.list()) == 1


async def test_nobody_speaks_as_the_desk_and_the_desk_is_for_agents():
    _, support = opened()
    with pytest.raises(ValueError, match="the desk acts"):
        await support.say("t", REFUND, Context(role="agent", actor="ines"))
    await support.say("t", LEGAL, ANA)
    assert await support.act("t", {"type": "claim"}, User("u-ana", "customer")) == "not_allowed"


async def test_a_secret_is_taken_out_before_the_run_is_given_it():
    _, support = opened()
    await support.say("t", "My card is 4111 1111 1111 1111, where is my refund?", ANA)
    config = {"configurable": {"thread_id": "t"}}
    history = [state async for state in support.graph.aget_state_history(config)]
    assert "4111 1111" not in str(history)


@pytest.mark.parametrize("on_duty", [False, True])
async def test_what_was_asked_for_is_sent_with_and_without_the_duties(on_duty):
    services, support = opened()
    asked = asyncio.Queue()
    services.runner.provider.asked = AppendingTo(asked)
    link = Errand("e-1", "password_reset", "ada@example.com", False, "t", None, "en", now_iso())
    await services.runner.errands.add(link)
    async with support if on_duty else contextlib.nullcontext():
        await support.say("t", REFUND, ANA)
        assert await asyncio.wait_for(asked.get(), 10) == "ada@example.com"
