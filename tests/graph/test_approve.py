"""A refund exception: asked for by one agent, confirmed by another, in whichever tool they use."""

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from handrail.graph.asked import DECIDED
from handrail.graph.context import USER, Context
from handrail.graph.graph import build_graph
from handrail.graph.verdict import UNCLEAR, Verdict, read_answer
from handrail.store.audit.memory import MemoryAudit
from handrail.store.audit.protocol import ASKED_BY
from handrail.store.errors import StoreDown
from tests.fake_failures import Ended
from tests.fake_services import cited_answer, fake_services, lazily

CONFIG = {"configurable": {"thread_id": "t1"}}
INES = Context(role="agent", actor="ines")
OMAR = Context(role="agent", actor="omar")
SHOP = Context(role="service", actor="shop")
LEGAL = "You will hear from my lawyer"
ARGS = {"order": "#W123", "amount_cents": 4000, "currency": "EUR"}
ASK = {"type": "refund_exception", "id": "ask-1", **ARGS, "why": "Broken twice."}


class Desk:
    """One conversation that Ines has claimed."""

    def __init__(self, audit=None):
        self.services = fake_services(script=lambda: cited_answer() * 5, audit=audit)
        self.restart()
        self.last = {}

    def restart(self, saver=None):
        self.saver = saver or InMemorySaver()
        self.graph = build_graph(lazily(self.services), checkpointer=self.saver)

    async def run(self, given, context, **more):
        self.last = await self.graph.ainvoke(given, CONFIG, context=context, **more)
        return self.last

    async def say(self, text, named=None):
        return await self.run({"messages": [HumanMessage(text, id=named)]}, Context())

    async def act(self, event, who=INES):
        return await self.run({"messages": [], "event": event}, who)

    async def answer(self, answer, who=OMAR):
        return await self.run(Command(resume=answer), who)

    @property
    def raised(self):
        """Return what is raised, as a tool reads it; None where nothing is."""
        [shown] = self.last.get("__interrupt__") or [None]
        return shown and shown.value

    @property
    def approval(self):
        kept = self.saver.get_tuple(CONFIG).checkpoint["channel_values"]
        return kept.get("approval")

    @property
    def status(self):
        return self.approval["status"], self.approval["granted_cents"]

    async def packet(self):
        [kept] = await self.services.handoffs.list()
        return await self.services.handoffs.get(kept["id"])

    async def notes(self):
        return [(note["by"], note["text"]) for note in (await self.packet())["notes"]]

    async def recorded(self, action=DECIDED):
        return [e for e in await self.services.audit.list("t1") if e.action == action]


async def claimed(audit=None):
    desk = Desk(audit)
    await desk.act({"type": "claim"})
    return desk


@pytest.fixture
async def desk():
    """A refund exception that Ines has asked for."""
    place = await claimed()
    await place.act(ASK)
    assert place.raised
    return place


def edited(**args):
    return {"action": "refund_exception", "args": {**ARGS, **args}}


def named(**args):
    return {"name": "refund_exception", "args": {**ARGS, **args}}


READ = [
    # Agent Inbox
    ([{"type": "accept", "args": None}], Verdict("yes")),
    ({"type": "accept", "args": None}, Verdict("yes")),
    ([{"type": "accept", "args": edited()}], Verdict("yes", ARGS)),
    ([{"type": "edit", "args": edited(amount_cents="3000")}],
     Verdict("yes", {**ARGS, "amount_cents": "3000"})),
    ([{"type": "response", "args": "Yes."}], Verdict("yes")),
    ([{"type": "response", "args": "no"}], Verdict("no")),
    ([{"type": "response", "args": "yes, but only half of it"}], UNCLEAR),
    ([{"type": "ignore", "args": None}], Verdict("no")),
    # agent-chat-ui, and LangChain's middleware
    ({"decisions": [{"type": "approve"}]}, Verdict("yes")),
    ({"decisions": [{"type": "reject", "message": "Too much"}]}, Verdict("no")),
    ({"decisions": [{"type": "edit", "edited_action": named(amount_cents=1)}]},
     Verdict("yes", {**ARGS, "amount_cents": 1})),
    ({"decisions": [{"type": "respond", "message": "approve"}]}, Verdict("yes")),
    # Studio
    (True, Verdict("yes")),
    (False, Verdict("no")),
    (" YES ", Verdict("yes")),
    ("approve", Verdict("yes")),
    ("Reject.", Verdict("no")),
    ("no", Verdict("no")),
    ({"approved": True}, Verdict("yes")),
    ({"approved": False}, Verdict("no")),
    ({"answer": "no"}, Verdict("no")),
    # nonsense
    *[(nonsense, UNCLEAR) for nonsense in (
        "", "maybe", "yes please do", "not yes", 1, 0, 1.0, None, [], {}, [True], ["yes"], [[]],
        [{"type": "accept"}, {"type": "ignore"}], {"type": "explode"}, {"type": None}, {"type": []},
        {"type": "edit"}, {"type": "edit", "args": "yes"}, {"type": "edit", "args": {"args": {}}},
        {"type": "edit", "args": {"action": "pay", "args": ARGS}}, {"type": "response"},
        {"type": "accept", "args": {"approved": False}}, {"decisions": []}, {"decisions": "approve"},
        {"decisions": {"type": "approve"}}, {"decisions": [{"type": "approve"}] * 2},
        {"decisions": ["approve"]}, {"decisions": [{"type": "edit", "args": None}]},
        {"approved": None}, {"approved": 1}, {"approved": [True]},
        {"approved": True, "decision": "no"}, {"unapproved": True},
        {"decisions": [{"decisions": [{"type": "approve"}]}]},
    )],
]  # fmt: skip


@pytest.mark.parametrize(("answer", "verdict"), READ, ids=[repr(row[0])[:60] for row in READ])
def test_what_an_answer_says(answer, verdict):
    assert read_answer(answer) == verdict


async def test_what_is_raised_is_what_the_three_tools_look_for(desk):
    shown = desk.raised
    # Agent Inbox, and older windows
    assert shown["action_request"] == {"action": "refund_exception", "args": ARGS}
    assert set(shown["config"]) == {
        "allow_accept", "allow_edit", "allow_respond", "allow_ignore",
    }  # fmt: skip
    # agent-chat-ui
    [action], [review] = shown["action_requests"], shown["review_configs"]
    assert (action["name"], action["args"], action["arguments"]) == (ASK["type"], ARGS, ARGS)
    assert (review["action_name"], review["allowed_decisions"]) == (
        "refund_exception", ["approve", "edit", "reject"],
    )  # fmt: skip
    for words in (shown["description"], action["description"]):
        assert "40.00 EUR" in words
        assert "#W123" in words


async def test_what_an_agent_wrote_for_the_desk_is_in_the_notes_and_nowhere_a_customer_reads(desk):
    assert await desk.notes() == [
        ("ines", "Refund exception asked for, order #W123: 40.00 EUR. Broken twice.")
    ]
    read = await desk.graph.aget_state(CONFIG)
    assert "Broken" not in str(read.values)
    assert "Broken" not in str(desk.raised)
    assert "approval" not in read.values
    [row] = await desk.recorded("refund_exception")
    assert "Broken" not in str(row.payload)
    assert (row.actor, row.payload["order"], row.payload["amount_cents"]) == (
        "ines", "#W123", "4000",
    )  # fmt: skip


ANSWERS = [
    ([{"type": "accept", "args": None}], ("granted", 4000)),
    ([{"type": "edit", "args": edited(amount_cents="2550")}], ("granted", 2550)),
    ([{"type": "ignore", "args": None}], ("refused", 0)),
    ({"decisions": [{"type": "approve"}]}, ("granted", 4000)),
    ({"decisions": [{"type": "edit", "edited_action": named(amount_cents=1)}]}, ("granted", 1)),
    ({"decisions": [{"type": "reject", "message": "Too much"}]}, ("refused", 0)),
    (True, ("granted", 4000)),
    (False, ("refused", 0)),
    ("approve", ("granted", 4000)),
    ({"approved": False}, ("refused", 0)),
]


@pytest.mark.parametrize("who", [OMAR, SHOP], ids=["agent", "service"])
@pytest.mark.parametrize(("answer", "status"), ANSWERS, ids=[repr(row[0])[:60] for row in ANSWERS])
async def test_an_answer_is_carried_out_recorded_and_told_to_the_desk(desk, answer, status, who):
    said = list(desk.last["messages"])
    state = await desk.answer(answer, who)
    assert desk.raised is None
    assert (await desk.graph.aget_state(CONFIG)).next == ()
    assert (desk.status, state["refused"]) == (status, None)
    assert (state["owner"], state["claimed_by"]) == ("human", "ines")
    assert state["messages"] == said  # nobody told the customer
    [row] = await desk.recorded()
    assert row.actor == desk.approval["decided_by"] == who.actor
    facts = {name: row.payload[name] for name in ("status", "amount_cents", "requested_by")}
    assert facts == {"status": status[0], "amount_cents": status[1], "requested_by": "ines"}
    assert ASKED_BY not in row.payload  # that says who the customer is, to whoever reads the trail
    by, text = (await desk.notes())[-1]
    granted = f": {status[1] // 100}.{status[1] % 100:02} EUR" if status[0] == "granted" else ""
    assert (by, text) == (who.actor, f"Refund exception {status[0]}, order #W123{granted}.")


UNCOUNTED = [
    ("maybe", OMAR, "unreadable_answer"),
    ({"decisions": []}, OMAR, "unreadable_answer"),
    (True, INES, "own_request"),
    ([{"type": "edit", "args": edited(amount_cents=1)}], INES, "own_request"),
    (True, Context(), "not_allowed"),
    (False, Context(), "not_allowed"),
    (True, Context(customer_id="cus_ana", verified=True), "not_allowed"),
    (True, Context(role="agent"), "not_allowed"),
    (True, Context(role="customer", actor="omar"), "not_allowed"),
    ([{"type": "edit", "args": edited(amount_cents=4001)}], OMAR, "amount_raised"),
    ([{"type": "edit", "args": edited(amount_cents=0)}], OMAR, "not_editable"),
    ([{"type": "edit", "args": edited(amount_cents=-1)}], OMAR, "not_editable"),
    ([{"type": "edit", "args": edited(amount_cents="30.00")}], OMAR, "not_editable"),
    ([{"type": "edit", "args": edited(amount_cents=True)}], OMAR, "not_editable"),
    ([{"type": "edit", "args": edited(amount_cents=None)}], OMAR, "not_editable"),
    ([{"type": "edit", "args": edited(order="#W999")}], OMAR, "not_editable"),
    ([{"type": "edit", "args": edited(currency="GBP")}], OMAR, "not_editable"),
    ([{"type": "edit", "args": edited(iban="DE00")}], OMAR, "not_editable"),
]


@pytest.mark.parametrize(("answer", "who", "problem"), UNCOUNTED)
async def test_an_answer_that_does_not_count_is_recorded_and_asked_for_again(
    desk, answer, who, problem
):
    state = await desk.answer(answer, who)
    assert state["refused"] == problem
    assert desk.status == ("pending", None)
    assert problem in desk.raised["description"]
    assert await desk.recorded() == []
    assert len(await desk.notes()) == 1
    [row] = await desk.recorded("refused")
    assert (row.actor, row.payload["problem"]) == (who.actor or "unknown", problem)
    # and the next person's answer is the next person's
    await desk.answer(False)
    assert desk.status == ("refused", 0)
    assert [row.actor for row in await desk.recorded()] == ["omar"]


async def test_who_signed_in_counts_and_not_what_a_run_says_of_itself(desk):
    def signed_in(**user):
        return {"configurable": {"thread_id": "t1", USER: user}}

    customer = signed_in(identity="u-ana", role="customer", customer_id="cus_ana", verified=True)
    state = await desk.graph.ainvoke(Command(resume=True), customer, context=OMAR)
    assert state["refused"] == "not_allowed"
    asker = signed_in(identity="ines", role="agent")
    state = await desk.graph.ainvoke(Command(resume=True), asker, context=OMAR)
    assert state["refused"] == "own_request"
    other = signed_in(identity="omar", role="agent")
    await desk.graph.ainvoke(Command(resume=True), other, context=INES)
    assert desk.approval["decided_by"] == "omar"


async def test_who_asks_stays_the_customer_whatever_the_desk_does():
    def as_user(identity, role, **more):
        user = {"identity": identity, "role": role, **more}
        return {"configurable": {"thread_id": "t1", USER: user}}

    desk = Desk()
    ana = as_user("u-ana", "customer", customer_id="cus_ana", verified=True)
    await desk.graph.ainvoke({"messages": [HumanMessage(LEGAL)]}, ana, context=Context())
    for event in ({"type": "claim", ASKED_BY: "boss"}, ASK):
        given = {"messages": [], "event": event}
        await desk.graph.ainvoke(given, as_user("ines", "agent"), context=INES)
    await desk.graph.ainvoke(Command(resume=True), as_user("omar", "agent"), context=OMAR)
    assert desk.status == ("granted", 4000)
    assert (await desk.services.audit.asker("t1")).login == "u-ana"


async def test_who_asked_may_take_it_back(desk):
    await desk.answer("no", INES)
    assert desk.status == ("withdrawn", 0)
    assert len(await desk.notes()) == 1


async def test_a_customers_message_is_kept_and_noted_and_the_approval_is_raised_again(desk):
    shown = desk.raised
    steps = []
    given = {"messages": [HumanMessage("Any news?", id="m-news")]}
    async for kind, chunk in desk.graph.astream(
        given, CONFIG, context=Context(), stream_mode=["custom", "updates"]
    ):
        steps.append((kind, chunk.get("status") if kind == "custom" else next(iter(chunk))))
    note, raised = ("custom", "with_a_person"), ("updates", "__interrupt__")
    assert steps.index(note) < steps.index(("updates", "hold")) < steps.index(raised)
    assert steps[-1] == raised
    read = await desk.graph.aget_state(CONFIG)
    assert [interrupt.value for interrupt in read.interrupts] == [shown]
    assert read.values["notice"]
    assert read.values["messages"][-1].content == "Any news?"
    assert [entry["text"] for entry in (await desk.packet())["transcript"]][-1] == "Any news?"
    await desk.answer(True)
    assert desk.status == ("granted", 4000)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "reply", "text": "One moment."},
        {"type": "note", "text": "Omar?"},
        {"type": "transfer", "queue": "vip"},
        {"type": "claim"},
        {"type": "mark", "false_handoff": False},
        {"type": "reply", "text": " "},
        {"type": "rating", "rating": 5},
        ASK,
    ],
    ids=str,
)
async def test_what_else_the_desk_does_ends_by_raising_it_again(desk, event):
    shown = desk.raised
    await desk.act(event)
    assert desk.raised == shown
    await desk.answer(True)
    assert desk.status == ("granted", 4000)
    assert len(await desk.recorded("refund_exception")) == 1


async def test_a_message_that_is_sent_twice_does_not_hide_it(desk):
    await desk.say("Any news?", "m-1")
    await desk.say("Any news?", "m-1")
    assert desk.raised
    await desk.answer(True)
    assert desk.status == ("granted", 4000)


@pytest.mark.parametrize("event", ["hand_back", "resolve", "abandon"])
async def test_the_end_of_the_human_stretch_withdraws_it(desk, event):
    await desk.act({"type": event})
    assert desk.raised is None
    assert desk.status == ("withdrawn", 0)
    [row] = await desk.recorded()
    assert (row.payload["status"], row.actor) == ("withdrawn", "ines")
    await desk.act(ASK)  # again, and late
    assert desk.raised is None
    assert len(await desk.recorded("refund_exception")) == 1
    assert (await desk.say("What is your refund policy?"))["owner"] == "ai"


async def test_a_customer_who_takes_the_assistant_back_withdraws_it():
    desk = Desk()
    await desk.say("Could you look at this for me")
    await desk.act({"type": "claim"})
    await desk.act(ASK)
    await desk.act({"type": "transfer", "queue": "care"})
    assert desk.raised
    state = await desk.say("back to the assistant")
    assert state["owner"] == "ai"
    assert desk.status == ("withdrawn", 0)
    assert desk.raised is None


async def test_what_another_server_has_closed_is_not_granted(desk):
    from handrail.store.handoffs.protocol import Step

    step = Step(event_id="e-9", act="resolve", actor="ines", at="2026-03-01T10:00:00+00:00")
    await desk.services.handoffs.act((await desk.packet())["id"], step)
    await desk.answer(True)
    assert desk.status == ("withdrawn", 0)


@pytest.mark.parametrize(
    ("lacks", "problem"),
    [
        ({"order": " "}, "no_order"), ({"order": None}, "no_order"), ({"order": "`a`"}, "no_order"),
        ({"amount_cents": 0}, "no_amount"), ({"amount_cents": -5}, "no_amount"),
        ({"amount_cents": True}, "no_amount"), ({"amount_cents": 4.5}, "no_amount"),
        ({"amount_cents": None}, "no_amount"), ({"currency": "euro"}, "no_amount"),
        ({"currency": None}, "no_amount"), ({"amount_cents": None, "amount": "1e3"}, "no_amount"),
        ({"why": ""}, "no_reason"), ({"why": 3}, "no_reason"), ({"why": "x" * 2001}, "no_reason"),
    ],
)  # fmt: skip
async def test_a_request_that_lacks_something_says_what(lacks, problem):
    desk = await claimed()
    assert (await desk.act({**ASK, **lacks}))["refused"] == problem
    assert desk.raised is None
    assert desk.approval is None


@pytest.mark.parametrize(("said", "cents"), [("40", 4000), ("40.00", 4000), ("0,05", 5)])
async def test_an_amount_may_be_text(said, cents):
    desk = await claimed()
    asked = {name: it for name, it in ASK.items() if name != "amount_cents"}
    await desk.act({**asked, "amount": said})
    assert desk.raised["action_request"]["args"]["amount_cents"] == cents


async def test_only_who_has_the_conversation_may_ask():
    desk = Desk()
    await desk.say("Could you look at this for me")
    assert (await desk.act(ASK))["refused"] == "no_handoff"
    await desk.say(LEGAL)
    assert (await desk.act(ASK))["refused"] == "claim_first"
    await desk.act({"type": "claim"})
    assert (await desk.act({**ASK, "id": "a-2"}, OMAR))["refused"] == "claimed_by:ines"
    assert (await desk.act({**ASK, "id": "a-3"}, Context()))["refused"] == "not_allowed"
    assert (await desk.act({**ASK, "id": "a-4", "handoff": "another"}))["refused"] == "no_handoff"
    assert desk.raised is None
    assert await desk.notes() == []


async def test_one_at_a_time_and_another_after_it(desk):
    assert (await desk.act({**ASK, "id": "ask-2"}))["refused"] == "approval_pending"
    assert desk.raised
    await desk.answer(False)
    await desk.act({**ASK, "id": "ask-3", "amount_cents": 1000})
    await desk.answer(True)
    assert desk.status == ("granted", 1000)
    assert [row.payload["status"] for row in await desk.recorded()] == ["refused", "granted"]


async def test_an_answer_to_nothing_does_nothing(desk):
    await desk.answer(True)
    before = await desk.notes()
    await desk.answer(False)
    assert desk.status == ("granted", 4000)
    assert await desk.notes() == before
    assert len(await desk.recorded()) == 1


class EndsAt(MemoryAudit):
    """End the process, or fail, at the recording of a decision."""

    after = False
    problem: BaseException | None = None

    async def record(self, event):
        if event.action != DECIDED or self.problem is None:
            return await super().record(event)
        if self.after:
            await super().record(event)
        raise self.problem


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("next_run", ["message", "event", "refused event", "answer"])
async def test_an_answer_whose_run_was_cut_short_is_carried_out_once(after, next_run):
    audit = EndsAt()
    desk = await claimed(audit)
    await desk.act(ASK)
    audit.after, audit.problem = after, Ended("killed")
    with pytest.raises(Ended):
        await desk.run(Command(resume=True), OMAR, durability="sync")
    audit.problem = None
    desk.restart(desk.saver)
    if next_run == "message":
        await desk.say("Any news?")
    elif next_run == "event":
        await desk.act({"type": "note", "text": "Well?"})
    elif next_run == "refused event":
        assert (await desk.act({"type": "note", "text": " "}))["refused"] == "empty_text"
    else:  # somebody else, who says the contrary: what was answered first stands, by who did
        await desk.answer(False, SHOP)
    assert desk.status == ("granted", 4000)
    [row] = await desk.recorded()
    assert (row.actor, desk.approval["decided_by"]) == ("omar", "omar")
    assert [by for by, text in await desk.notes() if "granted" in text] == ["omar"]


@pytest.mark.parametrize("after", [False, True])
async def test_an_answer_that_could_not_be_kept_is_asked_for_again(after):
    audit = EndsAt()
    desk = await claimed(audit)
    await desk.act(ASK)
    said = list(desk.last["messages"])
    audit.after, audit.problem = after, StoreDown("The disk is full", "Free some space.")
    state = await desk.answer(True)
    assert state["refused"] == "error"
    assert state["messages"] == said
    assert desk.raised
    audit.problem = None
    await desk.answer(True, SHOP)
    assert desk.status == ("granted", 4000)
    assert desk.approval["decided_by"] == ("omar" if after else "shop")
    assert len(await desk.recorded()) == 1
    assert len(await desk.notes()) == 2
