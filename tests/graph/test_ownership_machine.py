"""Any order of messages, desk actions, repeats, restarts and failures keeps what ownership promises.

The expected stage after each act is read from the table in `store/handoffs/ownership.py`. Guards,
triage and answer are stand-ins that read one word; what owns, keeps and tells is the real code.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from langchain_core.messages import HumanMessage
from sqlalchemy import delete
from sqlalchemy.orm import Session

from handrail.graph.context import Context
from handrail.graph.packet import build_packet, handoff_id, key_of
from handrail.store.database import open_database
from handrail.store.errors import StoreDown
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.store.handoffs.ownership import NEXT, OWNERS_ONLY
from handrail.store.handoffs.protocol import Step
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.handoffs.tables import EntryRow, HandoffRow, NoteRow, StepRow
from handrail.store.migrate import migrate
from handrail.store.notifications.tables import NotificationRow
from tests.fake_failures import Ended, Fault, Wires
from tests.graph.ownership_world import FIRES, House, Sight, look, quick_loop, stand_ins

THREAD = "t"
CONFIG: dict[str, Any] = {"configurable": {"thread_id": THREAD}}
WORDS = (
    "What is your refund policy?", "Hi there", "Thanks a lot", "You will hear from my lawyer",
    "I am angry", "I want a human",
)  # fmt: skip
EVENTS: dict[str, dict[str, Any]] = {
    "claim": {"type": "claim"},
    "reply": {"type": "reply", "text": "I am looking at this."},
    "note": {"type": "note", "text": "A regular."},
    "to a queue": {"type": "transfer", "queue": "vip"},
    "to ines": {"type": "transfer", "owner": "ines"},
    "hand_back": {"type": "hand_back"},
    "resolve": {"type": "resolve"},
    "abandon": {"type": "abandon"},
    "mark": {"type": "mark", "false_handoff": True},
    "rating": {"type": "rating", "rating": 4},
    "low rating": {"type": "rating", "rating": 2},
}
# What leads on from each stage, so that sequences get far: an event, or the message at that place.
NEXT_STEPS = {
    "ai": ("message", "resolve", "resolve", "message", "message", "claim"),
    "waiting": ("claim", "claim", "note", "claim", "to ines", "message"),
    "human": ("resolve", "hand_back", "reply", "message", "abandon", "to a queue"),
    "closed": ("rating", "message", "message", "low rating", "mark", "message"),
}
WHOLE_AFTER = frozenset({"message", "claim", "reply", "hand_back", "resolve", "abandon"})
FAULTS: list[Fault | None] = [
    *[None] * 60,
    *[Fault(at, after=after, ends=True) for at in range(12) for after in (False, True)],
    *[Fault(at, after=after, times=times)
      for at in range(6) for after in (False, True) for times in (1, 2)],
    *[Fault(at, lasts=True) for at in range(4)],
]  # fmt: skip
# How often 2,000 sequences carry out each act at least, so that none of this holds of nothing.
REACHED = {
    "sequence": 2000, "escalate": 700, "steps in": 40, "claim": 600, "claim of the AI's": 200,
    "reply": 120, "note": 200, "transfer": 400, "hand_back": 100, "resolve": 150,
    "resolve of the AI's": 120, "abandon": 100, "mark": 80, "rating": 80, "message, ai": 600,
    "message, human": 400, "message, waiting": 1000, "refused": 1000, "event again": 600,
    "event again later": 60, "process ended": 400, "call failed": 700,
}  # fmt: skip
ANY_ORDER = settings(
    stateful_step_count=12, deadline=None, database=None, derandomize=True, print_blob=False,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
)  # fmt: skip
faults, again = st.sampled_from(FAULTS), st.booleans()


class Conversation(RuleBasedStateMachine):
    """One customer, two agents, a process that may end, and what must hold after every step."""

    house: House
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=quick_loop)
        self.wires = Wires()
        self.house.furnish(self.wires, self.handoffs())
        self.graph, self.spare = self.house.graphs
        self.sent: dict[str, HumanMessage] = {}
        self.events: list[tuple[dict[str, Any], str]] = []
        self.begun: dict[str, int] = {}  # events, and in which episode
        self.answered: set[str] = set()  # messages
        self.done: set[str] = set()  # events
        self.confirmed: set[int] = set()  # episodes that the AI alone resolved, or may have
        self.unheard: list[str] = []  # what the next turn has to read beside its own message
        self.may_lag = False
        self.seen: Sight = self.run(look(self.house, {}))

    def handoffs(self) -> Any:
        return MemoryHandoffs()

    def run(self, work: Any) -> Any:
        return self.runner.get_loop().run_until_complete(work)

    @initialize(durability=st.sampled_from(["sync", "async", "sync", "exit"]), stormy=st.booleans())
    def begins(self, durability, stormy):
        self.durability, self.stormy = durability, stormy

    @rule(
        text=st.sampled_from(WORDS), fault=faults, again=again,
        meanwhile=st.sampled_from([False, False, True]),
    )  # fmt: skip
    def customer_writes(self, text, fault, again, meanwhile):
        House.meanwhile = self.take_over if meanwhile else None
        self.says(text, None if meanwhile else fault, again=again)
        House.meanwhile = None

    async def take_over(self):
        """Have an agent step in at another server, while this one makes an answer."""
        House.meanwhile = None
        state = {"messages": [], "reasons": ["takeover"], "episode": self.next_episode}
        packet = build_packet(
            state, Context(), self.house.services.policy, thread_id=THREAD, now=datetime.now(UTC)
        )
        await self.house.handoffs.open(packet)
        at = packet["created_at"]
        await self.house.handoffs.act(
            packet["id"], Step(f"t{self.next_episode}", "claim", "ines", at)
        )

    @rule(
        what=st.sampled_from([*EVENTS, *range(6)]), who=st.sampled_from(["ines", "omar"]),
        fault=faults, again=again,
    )  # fmt: skip
    def agent_acts(self, what, who, fault, again):
        if isinstance(what, int):
            self.leads_on(what, who, fault, again=again)
        else:
            self.does(what, who, fault, again=again)

    @rule(nth=st.integers(0, 5), fault=faults, again=again)
    def what_comes_next(self, nth, fault, again):
        self.leads_on(nth, "omar", fault, again=again)

    @precondition(lambda self: self.sent or self.events)
    @rule(back=st.integers(0, 5), message=st.booleans())
    def something_comes_again(self, back, message):
        if self.sent and (message or not self.events):
            ids = list(self.sent)
            self.write(self.sent[ids[-1 - back % len(ids)]], None)
        else:
            self.act(*self.events[-1 - back % len(self.events)], None)

    def leads_on(self, nth, who, fault, *, again):
        what = NEXT_STEPS[self.seen.stage][nth]
        if what == "message":
            self.says(WORDS[nth], fault, again=again)
        else:
            self.does(what, self.seen.holder or who, fault, again=again)

    def says(self, text, fault, *, again):
        message = HumanMessage(text, id=f"m{len(self.sent)}")
        self.sent[message.id] = message
        if not self.write(message, fault) and again:
            self.write(message, None)

    def does(self, name, who, fault, *, again):
        event = {**EVENTS[name], "id": f"e{len(self.events)}"}
        alone = self.seen.stage == "ai" and name in {"claim", "resolve"}
        if self.seen.packet and not alone and event["type"] != "rating":
            event["handoff"] = self.seen.packet["id"]
        self.events.append((event, who))
        self.begun[event["id"]] = self.seen.episode
        if not self.act(event, who, fault) and again:
            self.act(event, who, None)

    def write(self, message: HumanMessage, fault: Fault | None) -> bool:
        """Send a customer's message; returns whether it was answered."""
        before = self.seen
        known = message.id in {m.id for m in before.customers} and not self.unheard
        said = [self.sent[i].content for i in {*self.unheard, message.id}]
        stage = before.stage if known else NEXT[before.stage, "message"]
        if not known and stage == "ai" and any(word in text for text in said for word in FIRES):
            stage = NEXT["ai", "escalate"]
        steps_in = House.meanwhile and stage == "ai" and not known
        if steps_in:
            self.next_episode = before.episode + (before.stage == "closed")
            stage = NEXT["ai", "claim"]
        answer, clean = self.attempt({"messages": [message]}, Context(), fault)
        after = self.seen
        if answer is not None:
            self.answered.add(message.id)
        if not clean:
            # What fails may be handed over, and a new episode may have begun.
            maybe = {"ai", "waiting"} if before.stage in {"ai", "closed"} else set()
            assert after.stage in {before.stage, stage, *maybe}
            return answer is not None
        assert after.stage == stage
        assert len(after.ai_words() - before.ai_words()) == (stage == "ai" and not known)
        if before.stage in {"waiting", "human"} and not before.lagging:
            assert not answer["signals"]  # what is a person's is for nobody else to read
        escalated = steps_in or (stage == "waiting" and before.stage in {"ai", "closed"})
        if escalated:
            assert after.notices()[after.episode] == 1
        if not known:
            self.went_well("message")
            act = "steps in" if steps_in else "escalate" if escalated else f"message, {stage}"
            self.reached[act] += 1
        return True

    def act(self, event: dict[str, Any], who: str, fault: Fault | None) -> bool:
        """Let an agent act; returns whether there was an answer."""
        before, kind, about = self.seen, event["type"], event["id"]
        known = about in before.carried_out or about in self.done
        stage = None if known else self.expected(event, who)
        if stage and kind == "resolve" and before.stage == "ai":
            self.confirmed.add(before.episode)
        given = {"messages": [], "event": event}
        answer, clean = self.attempt(given, Context(role="agent", actor=who), fault)
        after = self.seen
        assert after.ai_words() == before.ai_words()
        if not clean:
            maybe = {"waiting"} if (before.stage, kind) == ("ai", "claim") else set()
            assert after.stage in {before.stage, stage, *maybe}
        elif known or answer["refused"]:
            assert after.stage == before.stage
            assert known or before.lagging or stage is None, answer["refused"]
            late = known and before.episode > self.begun.get(about, before.episode)
            what = "event again" if known else "refused"
            self.reached["event again later" if late else what] += 1
        else:
            assert after.stage == stage
            self.done.add(about)
            if kind != "rating":
                self.went_well(kind)
            if kind == "reply":
                assert [m.id for m in after.state["messages"]].count(f"reply-{about}") == 1
            self.reached[f"{kind} of the AI's" if before.stage == "ai" else kind] += 1
        return answer is not None

    def expected(self, event: dict[str, Any], who: str) -> str | None:
        """Return the stage after an event by the table; None where it is to be refused."""
        now, kind, named = self.seen, event["type"], event.get("handoff")
        packet = now.packet
        if kind == "rating":
            return self.expected_of_rating(event["rating"])
        if named and (named != packet["id"] or packet["closed_at"]):
            return now.stage if kind == "mark" else None  # on a handoff that is over
        if now.stage == "ai":
            allowed = kind == "claim" or (kind == "resolve" and now.state.get("messages"))
            return NEXT["ai", kind] if allowed else None
        if now.stage == "human" and kind in OWNERS_ONLY | {"claim"} and who != now.holder:
            return None
        return NEXT.get((now.stage, kind)) if packet and now.stage != "closed" else None

    def expected_of_rating(self, rating: int) -> str | None:
        now, csat = self.seen, self.house.csat
        key = key_of(THREAD, now.state.get("episode", 1))
        if key not in csat.paths or csat.ratings.get(key, rating) != rating:
            return None
        assert (now.stage, "rating") in NEXT or self.may_lag or now.episode in self.confirmed
        return now.stage

    def attempt(
        self, given: dict[str, Any], context: Context, fault: Fault | None
    ) -> tuple[Any, bool]:
        """Run the graph; returns the answer, None where none came, and whether nothing failed."""
        before = self.seen
        self.graph, self.spare = self.spare, self.graph  # as if the process had started again
        self.wires.arm(fault if self.stormy else None)
        try:
            answer = self.run(
                self.graph.ainvoke(given, CONFIG, context=context, durability=self.durability)
            )
        except (Ended, OSError, StoreDown):
            answer = None
        dead, clean = self.wires.dead, not self.wires.hit
        self.wires.arm(None)
        if dead:
            self.runner.close()
            self.runner = asyncio.Runner(loop_factory=quick_loop)
            answer = None
        assert clean <= (answer is not None)
        state = answer
        if not clean or self.unheard:
            kept = self.graph.checkpointer.get_tuple(CONFIG)
            state = kept.checkpoint["channel_values"] if kept else {}
            self.done.update(state.get("done", []))
            new = state.get("messages", [])[state.get("heard", 0) :]
            self.unheard = [m.id for m in new if isinstance(m, HumanMessage)]
        if not clean:
            self.may_lag = True
            self.reached["process ended" if dead else "call failed"] += 1
        self.seen = self.run(look(self.house, state))
        self.holds(before)
        return answer, clean

    def went_well(self, kind: str) -> None:
        """Check what holds where nothing failed: state and store agree, the packet is whole."""
        now = self.seen
        assert not now.lagging
        self.may_lag = False
        held = now.stage in {"waiting", "human"}
        if held:
            assert now.state["handoff"]["id"] == now.packet["id"]
        over = now.packet and now.packet["episode"] >= now.episode - (kind == "hand_back")
        if held or (over and kind in {"hand_back", "resolve", "abandon"}):
            kept = Counter(entry["id"] for entry in now.packet["transcript"])
            assert kind not in WHOLE_AFTER or all(kept[m.id] == 1 for m in now.customers)
        for packet in now.packets:
            assert packet["status"] != "resolved" or packet["key"] in self.house.csat.paths

    def holds(self, before: Sight) -> None:
        """Check what holds after every step, whatever failed in it."""
        now = self.seen
        assert now.lagging <= self.may_lag
        assert len({packet["key"] for packet in now.packets}) == len(now.packets)
        for packet in now.packets:
            assert packet["id"] == handoff_id(THREAD, packet["episode"])
            assert packet["closed_at"] or packet is now.packets[-1]
        assert all(times == 1 for times in now.notices().values())
        if before.stage in {"waiting", "human"}:
            said = now.ai_words() - before.ai_words()
            # Who was not told of a handoff may hear that it failed; nobody else hears the AI.
            assert not said or (before.lagging and said <= now.apologies())
        ids = [m.id for m in now.customers]
        assert ids[: len(before.customers)] == [m.id for m in before.customers]
        assert len(set(ids)) == len(ids)
        assert self.answered <= set(ids)
        assert all(m.content == self.sent[m.id].content for m in now.customers)
        if now.packet:
            kept = Counter(entry["id"] for entry in now.packet["transcript"])
            assert all(times == 1 for times in kept.values())
        status = {packet["key"]: packet["status"] for packet in now.packets}
        for key, path in self.house.csat.paths.items():
            alone = int(key.rpartition(":")[2]) in self.confirmed
            assert alone if path == "ai" else status[key] == "resolved"

    def teardown(self):
        rows = self.run(self.house.audit.list(THREAD))
        self.runner.close()
        recorded = Counter(row.payload["id"] for row in rows if "id" in row.payload)
        assert all(times == 1 for times in recorded.values())
        assert self.done <= set(recorded)
        self.reached["sequence"] += 1


class SqlConversation(Conversation):
    """The same over the tables."""

    engine: Any

    def handoffs(self) -> Any:
        with Session(self.engine) as session, session.begin():
            for table in (NotificationRow, StepRow, NoteRow, EntryRow, HandoffRow):
                session.execute(delete(table))
        return SqlHandoffs(self.engine)


@pytest.fixture(scope="module")
def house():
    with stand_ins():
        yield House()


def play(machine: type[Conversation], sequences: int, **given: Any) -> Counter[str]:
    """Play sequences; returns how often each act was carried out, and how often something failed."""
    playing: Any = type(machine.__name__, (machine,), {**given, "reached": Counter()})
    run_state_machine_as_test(playing, settings=settings(ANY_ORDER, max_examples=sequences))
    return playing.reached


def test_any_order_of_events_keeps_what_ownership_promises(house):
    reached = play(Conversation, 2000, house=house)
    few = {act: reached[act] for act, least in REACHED.items() if reached[act] < least}
    assert not few


def test_the_tables_keep_it_as_well(house):
    engine = open_database("sqlite://")
    migrate(engine)
    play(SqlConversation, 60, house=house, engine=engine)
    engine.dispose()
