"""A customer who waits may have the assistant again, but not with a legal matter or as a VIP."""

from datetime import UTC, datetime

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from handrail.graph.context import Context
from handrail.graph.escalate import notice
from handrail.graph.graph import build_graph
from handrail.graph.policy import Policy
from handrail.models.language import SPOKEN
from handrail.models.text import clean
from handrail.store.handoffs.protocol import Step
from tests.fake_services import LEXICONS, WORDING, cited_answer, fake_services, lazily

CONFIG = {"configurable": {"thread_id": "t1"}}
PERSON = "I want to talk to a person"
BACK = "Back to the assistant, please!"
PLAIN = "Could you look at this for me"
LEGAL = "You will hear from my lawyer"


def graph_of(services):
    return build_graph(lazily(services), checkpointer=InMemorySaver())


async def say(graph, text, context=None, message_id=None):
    given = {"messages": [HumanMessage(text, id=message_id)]}
    return await graph.ainvoke(given, CONFIG, context=context or Context())


async def claim(graph):
    agent = Context(role="agent", actor="ines")
    event = {"messages": [], "event": {"type": "claim"}}
    return await graph.ainvoke(event, CONFIG, context=agent)


def ai_words(state):
    return [m.content for m in state["messages"] if isinstance(m, AIMessage) and m.content]


async def test_while_nobody_has_it_the_customer_may_go_back_and_is_answered():
    services = fake_services(script=lambda: cited_answer() * 2)
    graph = graph_of(services)
    await say(graph, PERSON)
    assert "back to the assistant" in (await say(graph, "hello?"))["notice"]
    state = await say(graph, BACK)
    assert (state["owner"], state["episode"], state["handoff"]) == ("ai", 2, None)
    assert "automatic assistant" in ai_words(state)[-1]
    [kept] = await services.handoffs.list()
    assert (kept["status"], kept["closed_at"] is None) == ("handed_back", False)
    full = await services.handoffs.get(kept["id"])
    assert [e["text"] for e in full["transcript"] if e["role"] == "customer"] == [
        PERSON, "hello?", BACK,
    ]  # fmt: skip
    state = await say(graph, PLAIN)
    assert "help centre says" in ai_words(state)[-1]
    assert services.csat.paths == {}


async def test_once_a_person_has_it_the_message_goes_to_them():
    graph = graph_of(fake_services())
    await say(graph, PERSON)
    await claim(graph)
    said = ai_words(await say(graph, "hello"))
    state = await say(graph, BACK)
    assert (state["owner"], ai_words(state)) == ("human", said)
    assert "stays with a person" in state["notice"]


async def test_a_person_who_claims_in_the_same_moment_wins():
    services = fake_services()
    graph = graph_of(services)
    await say(graph, PERSON)
    [kept] = await services.handoffs.list()
    at = "2026-03-01T10:00:00+00:00"
    await services.handoffs.act(kept["id"], Step(event_id="e", act="claim", actor="ines", at=at))
    state = await say(graph, BACK)
    assert (state["owner"], len(ai_words(state))) == ("human", 1)


@pytest.mark.parametrize(
    ("first", "context"), [(LEGAL, Context()), (PLAIN, Context(customer_id="cus_vip"))]
)
async def test_legal_matters_and_vips_stay_with_a_person(first, context):
    graph = graph_of(fake_services(script=lambda: cited_answer() * 3))
    await say(graph, first, context)
    assert "back to the assistant" not in (await say(graph, "hello?", context))["notice"]
    state = await say(graph, BACK, context)
    assert (state["owner"], len(ai_words(state))) == ("human", 1)


async def test_legal_words_while_waiting_reach_the_right_queue_and_bar_the_way_back():
    services = fake_services()
    graph = graph_of(services)
    await say(graph, PERSON)
    for _ in range(2):
        state = await say(graph, LEGAL, message_id="m-legal")
    assert state["handoff"]["reasons"] == ["human_request", "legal"]
    [kept] = await services.handoffs.list()
    assert (kept["queue"], kept["priority"]) == ("compliance", "urgent")
    assert kept["reasons"][1]["words"]
    state = await say(graph, BACK)
    assert (state["owner"], len(ai_words(state))) == ("human", 1)


async def test_legal_words_to_a_person_who_has_it_leave_the_queue_alone():
    services = fake_services()
    graph = graph_of(services)
    await say(graph, PERSON)
    await claim(graph)
    await say(graph, LEGAL)
    [kept] = await services.handoffs.list()
    assert (kept["queue"], kept["owner"], kept["priority"]) == ("care", "ines", "urgent")
    assert [reason["reason"] for reason in kept["reasons"]] == ["human_request", "legal"]


async def test_going_back_that_was_cut_short_is_made_up_for():
    services = fake_services(script=lambda: cited_answer() * 2)
    graph = graph_of(services)
    await say(graph, PERSON)
    [kept] = await services.handoffs.list()
    at = "2026-03-01T10:00:00+00:00"
    step = Step(event_id="take_back:m-9", act="take_back", actor="customer", at=at)
    await services.handoffs.act(kept["id"], step)
    state = await say(graph, BACK, message_id="m-9")
    assert (state["owner"], state["episode"], len(ai_words(state))) == ("ai", 2, 2)
    assert len(await services.handoffs.list()) == 1


@pytest.mark.parametrize("language", SPOKEN)
def test_the_phrase_that_is_offered_is_understood(language):
    phrase = WORDING.say("back_phrase", language)
    for text in (phrase, phrase.capitalize() + ".", f"«{phrase}»", f"{phrase}!"):
        assert LEXICONS["take_back"].is_whole(clean(text)), text


@pytest.mark.parametrize(
    "text",
    [
        "Take me back to the bot", "I don't need a person anymore", "can I talk to the bot again",
        "Prefiero seguir con el asistente", "ya no necesito una persona",
        "je préfère continuer avec l'assistant", "Ich brauche doch keinen Menschen mehr",
        "quero voltar ao assistente", "vorrei tornare all'assistente", "terug naar de bot graag",
    ],
)  # fmt: skip
def test_other_ways_to_say_so(text):
    assert LEXICONS["take_back"].is_whole(clean(text))


@pytest.mark.parametrize(
    "text",
    [
        "the assistant told me to come back to the shop", "Why did the bot stop answering?",
        "I want my money back", "back to the store?", "do not send me back to the bot",
        "I don't want to go back to the assistant", "I need a person", "assistant", "",
        "ich will nicht zurück zum Assistenten", "no quiero volver al asistente",
    ],
)  # fmt: skip
def test_what_does_not_say_so(text):
    assert not LEXICONS["take_back"].is_whole(clean(text))


@pytest.mark.parametrize("language", SPOKEN)
def test_out_of_hours_the_notice_says_where_the_answer_will_be(language):
    wording, policy = WORDING, Policy()
    sunday = datetime(2026, 3, 1, 10, tzinfo=UTC)
    monday = datetime(2026, 3, 2, 10, tzinfo=UTC)
    visitor, customer = (
        notice(wording, language, "anger", policy, sunday, has_email=known)
        for known in (False, True)
    )
    there = notice(wording, language, "anger", policy, monday, has_email=False)
    assert len({visitor, customer, there}) == 3
    for text in (visitor, customer):
        assert "09:00" in text
