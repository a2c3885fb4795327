"""Walk every path of the compiled graph: who answers, and who may write to the customer."""

from itertools import combinations

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from handrail.graph.context import Context
from handrail.graph.graph import build_graph
from handrail.graph.guards import GUARDS
from handrail.tools.errors import BackendDown
from tests.fake_services import PASSAGE, TRAINED_GUARDS, cited_answer, fake_services, lazily

NEUTRAL = "Could you look at this for me"
SUBSETS = [
    frozenset(chosen)
    for size in range(len(TRAINED_GUARDS) + 1)
    for chosen in combinations(TRAINED_GUARDS, size)
]
UNGROUNDED = [AIMessage(content="We give every customer a hundred euros back tomorrow morning.")]
ANSWERS = {
    "cited": {"script": cited_answer},
    "unsure": {"script": cited_answer, "certainty": 0.3},
    "unfounded": {"script": lambda: list(UNGROUNDED)},
    "empty": {"script": lambda: [AIMessage(content="")]},
    "nothing found": {"script": lambda: [cited_answer()[0], AIMessage(content="")], "passages": []},
    "out of scope": {"route": "escalate", "topic": "cancel_order"},
    "model down": {"script": lambda: [ConnectionError("no route")] * 3},
    "search down": {"script": lambda: cited_answer() * 3, "passages": BackendDown("x", "y")},
}


def simple_paths(edges, start, end, seen=()):
    if start == end:
        return [(*seen, end)]
    return [
        path
        for source, target in edges
        if source == start and target not in seen
        for path in simple_paths(edges, target, end, (*seen, start))
    ]


def test_every_drawn_path_to_a_reply_passes_a_guard_triage_and_the_gate():
    drawn = build_graph().get_graph()
    edges = {(edge.source, edge.target) for edge in drawn.edges}
    paths = simple_paths(edges, "__start__", "__end__")
    # A person's part ends at once, with an approval that is raised, or with one raised again.
    assert len(paths) == 2 + 3 * 3 + 2 + len(GUARDS) * 3
    for path in paths:
        if "reply" in path:
            assert path[1] == "intake"
            assert path[2] in GUARDS
            assert path[3:] == ("triage", "answer", "assess", "reply", "__end__")
        outcomes = {"reply", "escalate", "hold", "take_back", "desk"} & set(path)
        assert len(outcomes) == (path[2] not in {"__end__", "approve"}), path
        if "approve" in path:
            assert outcomes <= {"hold", "take_back", "desk"}, path


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("vip", [False, True], ids=["ordinary", "vip"])
async def test_legal_and_vip_never_get_an_ai_answer(answer, vip):
    for fired in SUBSETS if answer == "cited" else [s for s in SUBSETS if len(s) in {0, 1, 5}]:
        services = fake_services(fired=fired, **ANSWERS[answer])
        graph = build_graph(lazily(services))
        customer = "cus_vip" if vip else "cus_other"
        order: list[tuple[str, int]] = []
        last = None
        given = {"messages": [HumanMessage(NEUTRAL)]}
        async for kind, chunk in graph.astream(
            given, context=Context(customer_id=customer), stream_mode=["updates", "values"]
        ):
            if kind == "updates":
                order += [(node, len((u or {}).get("messages", []))) for node, u in chunk.items()]
            else:
                last = chunk
        nodes = [node for node, _ in order]
        wrote = [node for node, count in order if count]
        said = [m for m in last["messages"] if isinstance(m, AIMessage)]

        assert len(said) == 1, (answer, fired, nodes)
        assert said[0].content.strip()
        if fired or vip or answer != "cited":
            assert wrote == ["escalate"], (answer, fired, nodes)
            assert last["owner"] == "human"
            assert PASSAGE["text"] not in said[0].content
            assert "hundred euros" not in said[0].content
            packets = await services.handoffs.list()
            assert len(packets) == 1
            reasons = {reason["reason"] for reason in packets[0]["reasons"]}
            assert ("legal" in fired) == ("legal" in reasons)
            assert vip == ("vip" in reasons)
        else:
            assert wrote == ["reply"]
            assert last["owner"] == "ai"
        if fired or vip:
            assert "answer" not in nodes


async def test_every_guard_failing_leads_to_a_person_with_what_the_others_found():
    class Broken:
        async def get(self, customer_id):
            raise ZeroDivisionError

    from dataclasses import replace

    services = replace(fake_services(fired=frozenset({"legal"})), customers=Broken())
    graph = build_graph(lazily(services))
    state = await graph.ainvoke(
        {"messages": [HumanMessage(NEUTRAL)]}, context=Context(customer_id="cus_x")
    )
    assert state["reasons"] == ["legal", "error"]
    assert state["owner"] == "human"
    [standing] = await services.handoffs.list()
    packet = await services.handoffs.get(standing["id"])
    assert packet["evidence"]["failure"] == {
        "node": "vip", "error": "ZeroDivisionError", "tried": [],
    }  # fmt: skip
