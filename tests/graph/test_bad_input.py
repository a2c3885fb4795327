"""Whatever comes in, the customer gets a clear sentence or a person, and nothing is lost."""

from dataclasses import replace

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.store.audit.memory import MemoryAudit
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.store.knowledge.chroma import ChromaKnowledge
from handrail.tools.help_center.search import HelpCenter
from handrail.tools.toolbox import build_toolbox
from tests.fake_services import lazily

CONFIG = {"configurable": {"thread_id": "bad-input"}}
LONG = "My parcel has not come and I would like to know why it takes this long. " * 1400


@pytest.fixture
def services(real_services):
    return replace(real_services, handoffs=MemoryHandoffs(), audit=MemoryAudit())


async def say(services, content, context=None):
    graph = build_graph(lazily(services), checkpointer=InMemorySaver())
    given = {"messages": [HumanMessage(content=content)]}
    return await graph.ainvoke(given, CONFIG, context=context or Context())


@pytest.mark.parametrize(
    "content",
    ["", "   \n\t", "\x00\x01\x02\x03\x04\x05a", "\ufffd\ufffd\ufffd\ufffd\ufffdZ", "🙂🙂", "…"],
)
async def test_what_cannot_be_read_is_answered_with_a_question(services, content):
    state = await say(services, content)
    assert state["owner"] == "ai"
    assert state["messages"][-1].content.strip().endswith(("?", "like."))


async def test_after_two_unreadable_messages_a_person_takes_over(services):
    graph = build_graph(lazily(services), checkpointer=InMemorySaver())
    owners = []
    for _ in range(3):
        given = {"messages": [HumanMessage(content="   ")]}
        owners.append((await graph.ainvoke(given, CONFIG, context=Context()))["owner"])
    assert owners == ["ai", "ai", "human"]


async def test_a_hundred_thousand_characters_go_to_a_person_whole(services):
    assert len(LONG) > 100_000
    state = await say(services, LONG)
    assert state["owner"] == "human"
    [packet] = await services.handoffs.list()
    full = await services.handoffs.get(packet["id"])
    assert full["transcript"][0]["text"] == LONG


async def test_a_threat_inside_a_long_letter_is_found(services):
    letter = f"{LONG[:3000]} If this goes on my solicitor will file a lawsuit. {LONG[:3000]}"
    state = await say(services, letter)
    assert state["reasons"][0] == "legal"


async def test_content_blocks_are_read(services):
    state = await say(services, [{"type": "text", "text": "What is your refund policy?"}])
    assert state["intent"]["topic"] == "refund_policy"


async def test_an_unknown_customer_is_treated_as_nobody_special(services):
    context = Context(customer_id="cus_nobody", verified=True)
    state = await say(services, "Where is my order FH-10421?", context)
    assert "Heron" not in state["messages"][-1].content
    assert state["owner"] == "ai"


async def test_a_help_centre_that_is_gone_leads_to_a_person(services, tmp_path):
    broken = tmp_path / "chroma"
    broken.write_text("a file where a folder should be")
    knowledge = ChromaKnowledge.open(broken, services.encoder.embed, services.encoder.fingerprint)
    search = HelpCenter(knowledge, services.encoder.embed).search
    down = replace(services, toolbox=lambda asker: build_toolbox(asker, None, None, None, search))
    state = await say(down, "What is your refund policy?")
    assert state["reasons"] == ["error"]
    assert state["owner"] == "human"
    assert "chroma" not in state["messages"][-1].content.lower()


async def test_an_empty_help_centre_refuses(services, tmp_path):
    knowledge = ChromaKnowledge.open(
        tmp_path / "chroma", services.encoder.embed, services.encoder.fingerprint
    )
    search = HelpCenter(knowledge, services.encoder.embed).search
    empty = replace(services, toolbox=lambda asker: build_toolbox(asker, None, None, None, search))
    state = await say(empty, "What is your refund policy?")
    assert state["reasons"] == ["low_confidence"]


async def test_a_message_is_embedded_once_a_turn(services):
    before = services.encoder.calls
    await say(services, "Which refund rules apply to a lantern bought last Thursday?")
    assert services.encoder.calls == before + 1
