"""An episode that the AI handled is resolved by the customer's thanks or the host's word."""

from dataclasses import replace

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from handrail.graph.closing import answers, is_answered
from handrail.graph.context import Context
from handrail.graph.conversation import MARK, since_start
from handrail.graph.graph import build_graph
from handrail.store.audit.memory import MemoryAudit
from handrail.store.csat.protocol import survey_of
from handrail.store.errors import StoreDown
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.store.handoffs.protocol import Step
from handrail.store.reviews.memory import MemoryReviews
from tests.fake_services import FakeCsat, lazily

CONFIG = {"configurable": {"thread_id": "t1"}}
AGENT = Context(role="agent", actor="ines")
HOST = Context(role="service", actor="shop")
ASKED, THANKS = "What is your refund policy?", "Great, thank you!"


@pytest.fixture
def services(real_services):
    return replace(
        real_services, handoffs=MemoryHandoffs(), audit=MemoryAudit(), csat=FakeCsat(),
        reviews=MemoryReviews(), toolbox=real_services.dry_toolbox,
    )  # fmt: skip


@pytest.fixture
def graph(services):
    return build_graph(lazily(services), checkpointer=InMemorySaver())


async def say(graph, *texts, context=None):
    for text in texts:
        given = {"messages": [HumanMessage(text)]}
        # Each step is kept, so that a test can run one of them again.
        state = await graph.ainvoke(given, CONFIG, context=context or Context(), durability="async")
    return state


async def act(graph, event, context=AGENT):
    return await graph.ainvoke({"messages": [], "event": event}, CONFIG, context=context)


async def test_thanks_for_an_answer_resolve_the_episode_and_ask_for_a_rating(graph, services):
    await say(graph, ASKED)
    told = [
        event
        async for event in graph.astream(
            {"messages": [HumanMessage(THANKS)]}, CONFIG,
            context=Context(customer_id="cus_ana", channel="mail"), stream_mode="custom",
        )
        if event["type"] != "status"
    ]  # fmt: skip
    assert told == [
        {"type": "owner", "owner": "closed", "by": "customer"},
        {"type": "survey", "survey": survey_of("t1:1")},
    ]
    state = (await graph.aget_state(CONFIG)).values
    assert state["owner"] == "closed"
    assert (state["resolution"]["path"], state["resolution"]["by"]) == ("ai", "customer")
    assert "welcome" in state["messages"][-1].content
    [row] = await services.csat.list()
    assert (row.key, row.path, row.by, row.channel) == ("t1:1", "ai", "customer", "mail")
    trail = [(event.actor, event.action) for event in await services.audit.list("t1")]
    assert trail == [("ai", "reply"), ("ai", "reply"), ("customer", "resolve")]


async def test_what_was_said_is_kept_for_a_reviewer(graph, services):
    await say(graph, ASKED)
    await say(graph, THANKS, context=Context(customer_id="cus_ana"))
    kept = await services.reviews.conversation("t1:1")
    assert (kept.thread_id, kept.customer_id, kept.language) == ("t1", "cus_ana", "en")
    assert [entry["role"] for entry in kept.transcript] == ["customer", "ai", "customer", "ai"]
    assert kept.transcript[0]["text"] == ASKED
    assert THANKS not in str([event.payload for event in await services.audit.page()])


async def test_the_next_message_opens_an_episode_that_is_kept_by_itself(graph, services):
    state = await say(graph, ASKED, THANKS, "How do I return something?")
    assert (state["owner"], state["episode"], state["resolution"]) == ("ai", 2, None)
    assert (await say(graph, "Perfect, thanks"))["owner"] == "closed"
    kept = await services.reviews.conversation("t1:2")
    assert [entry["text"] for entry in kept.transcript][::2] == [
        "How do I return something?", "Perfect, thanks",
    ]  # fmt: skip
    assert services.csat.paths == {"t1:1": "ai", "t1:2": "ai"}


@pytest.mark.parametrize(
    "texts",
    [
        (THANKS,),
        ("hello", THANKS),
        (ASKED, "thanks, but it still does not work"),
        (ASKED, "ok"),
        ("Where is my parcel?", THANKS),
        (ASKED, "I forgot my password", THANKS),
        (ASKED, THANKS, THANKS),
    ],
    ids=["no question", "a greeting", "but", "no thanks said", "not signed in", "we asked",
         "thanks twice"],
)  # fmt: skip
async def test_what_is_no_confirmation(graph, services, texts):
    state = await say(graph, *texts)
    assert state["owner"] != "closed"
    assert len(services.csat.paths) == (1 if texts.count(THANKS) == 2 else 0)


async def test_a_word_of_courtesy_between_answer_and_thanks_changes_nothing(graph):
    assert (await say(graph, ASKED, "hello", THANKS))["owner"] == "closed"


async def test_where_a_person_had_a_part_thanks_are_theirs(graph, services):
    await say(graph, ASKED)
    await act(graph, {"type": "claim"})
    assert (await say(graph, THANKS))["owner"] == "human"
    await act(graph, {"type": "hand_back"})
    state = await say(graph, THANKS)
    assert (state["owner"], state["episode"]) == ("ai", 2)
    assert services.csat.paths == {}


async def test_a_person_who_steps_in_while_the_reply_is_made_keeps_it(graph, services):
    await say(graph, ASKED)

    class SteppedIn(MemoryHandoffs):
        asked = 0

        async def standing(self, key):
            self.asked += 1
            return {"closed_at": "2026-03-01T10:00:00+00:00"} if self.asked == 3 else None

    services.handoffs.__class__ = SteppedIn
    assert (await say(graph, THANKS))["owner"] == "ai"
    assert services.csat.paths == {}


async def test_running_reply_twice_resolves_once(graph, services):
    await say(graph, ASKED, THANKS)
    before = [s async for s in graph.aget_state_history(CONFIG) if s.next == ("reply",)]
    first = await services.csat.list()
    state = await graph.ainvoke(None, before[0].config, context=Context())
    assert state["owner"] == "closed"
    assert await services.csat.list() == first
    actions = [event.action for event in await services.audit.list("t1")]
    assert actions == ["reply", "reply", "resolve"]
    assert sum("welcome" in m.content for m in state["messages"]) == 1


async def test_a_run_without_a_thread_resolves_nothing(services):
    graph = build_graph(lazily(services))
    await graph.ainvoke({"messages": [HumanMessage(THANKS)]}, context=Context())
    assert services.csat.paths == {}


async def test_a_store_that_is_down_leads_to_a_person_and_resolves_nothing(graph, services):
    class Down(MemoryReviews):
        async def keep(self, conversation):
            raise StoreDown("The disk is full", "Free some space.")

    await say(graph, ASKED)
    services.reviews.__class__ = Down
    state = await say(graph, THANKS)
    assert (state["owner"], state["reasons"]) == ("human", ["error"])
    assert services.csat.paths == {}


@pytest.mark.parametrize(("failures", "owner"), [(4, "human"), (5, "ai")])
async def test_a_handoff_waits_for_a_store_that_starts_again(graph, services, failures, owner):
    left = failures

    class Starting(MemoryHandoffs):
        async def open(self, packet):
            nonlocal left
            left -= 1
            if left >= 0:
                raise StoreDown("Connection refused", "Start it.")
            return await super().open(packet)

    services.handoffs.__class__ = Starting
    state = await say(graph, "I want to talk to a person")
    assert state.get("owner") == owner
    said = state["messages"][-1].additional_kwargs["handrail"]["kind"]
    assert said == ("handoff" if owner == "human" else "failure")


async def test_the_hosts_word_closes_and_keeps_the_conversation_too(graph, services):
    await say(graph, ASKED)
    state = await act(graph, {"type": "resolve"}, HOST)
    assert (state["owner"], state["resolution"]["by"]) == ("closed", "shop")
    kept = await services.reviews.conversation("t1:1")
    assert [entry["role"] for entry in kept.transcript] == ["customer", "ai"]


async def test_a_rating_after_thanks_counts_for_the_path_ai(graph, services):
    await say(graph, ASKED, THANKS)
    state = await act(graph, {"type": "rating", "rating": 4}, HOST)
    assert state["resolution"]["rating"] == 4
    assert services.csat.ratings == {"t1:1": 4}


async def test_after_a_handoff_that_was_resolved_thanks_resolve_nothing_more(graph, services):
    await say(graph, "I want to talk to a person")
    await act(graph, {"type": "claim"})
    [kept] = await services.handoffs.list()
    step = Step(event_id="e", act="resolve", actor="ines", at="2026-03-01T10:00:00+00:00")
    await services.handoffs.act(kept["id"], step)
    state = await say(graph, THANKS)
    assert (state["owner"], state["episode"]) == ("ai", 2)
    assert services.csat.paths == {"t1:1": "human"}


# The pure parts


def ai(episode=1, **noted):
    mark = {"author": "ai", "episode": episode} | noted
    return AIMessage("…", additional_kwargs={MARK: mark})


ANSWER, QUESTION = ai(topic="sizes", answers=True), ai(topic="order_status", answers=False)
HELLO = ai(topic="smalltalk", answers=False)


@pytest.mark.parametrize(
    ("messages", "answered"),
    [
        ([], False),
        ([ANSWER], True),
        ([ANSWER, HELLO], True),
        ([ANSWER, QUESTION], False),
        ([QUESTION, ANSWER], True),
        ([ANSWER, ai(kind="failure")], False),
        ([ANSWER, ai(author="human")], False),
        ([ai(topic="sizes")], False),
        ([ANSWER, ai(author="human", ends="handed_back")], False),
    ],
)
def test_answered_is_what_the_last_word_was(messages, answered):
    assert is_answered(messages, 1) is answered


def test_an_answer_of_an_earlier_episode_is_none_of_this_one():
    messages = [ANSWER, HumanMessage("hm"), ai(2, topic="smalltalk")]
    assert not is_answered(messages, 2)
    assert since_start(messages, 2) == messages[1:]
    assert since_start(messages, 1) == []


@pytest.mark.parametrize(
    ("changes", "is_one"),
    [
        ({}, True),
        ({"topic": "smalltalk"}, False),
        ({"asked": "order_number"}, False),
        ({"tools": []}, False),
        ({"tools": [{"result": {"outcome": "not_verified"}}]}, False),
        ({"tools": [{"result": {"outcome": "accepted"}}]}, True),
        ({"tools": [{"result": {"outcome": "no_orders"}}, {"result": {"passages": []}}]}, True),
    ],
)
def test_an_answer_gives_what_was_asked_for(changes, is_one):
    draft = {"topic": "sizes", "asked": None, "tools": [{"result": {"passages": []}}]}
    assert answers({**draft, **changes}) is is_one
