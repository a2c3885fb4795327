"""What each role may do on the LangGraph server; what a browser may put into a run."""

from uuid import uuid4

import pytest

from handrail.app.access.doors import open_to_customers
from handrail.app.access.rules import Forbidden, decide
from handrail.app.access.user import NOBODY, User, user_of

ANA = User(id="u-ana", role="customer", customer_id="cus_ana", verified=True)
INES = User(id="ines", role="agent")
SHOP = User(id="shop", role="service")
SAID = {"messages": [{"role": "user", "content": "Hello"}]}


def served(given=SAID, config=None, **more):
    """Return a run as LangGraph Platform gives it."""
    kwargs = {
        "input": given, "command": None, "config": config or {"configurable": {"x-request-id": "1"}},
        "context": {}, "stream_mode": ["values"], "interrupt_before": None, "temporary": False,
        "durability": "async", **more,
    }  # fmt: skip
    return {
        "thread_id": uuid4(), "assistant_id": uuid4(), "metadata": {}, "status": "pending",
        "multitask_strategy": "enqueue", "after_seconds": 0, "kwargs": kwargs,
    }  # fmt: skip


def flat(given=SAID, **more):
    """Return a run as Aegra gives it."""
    return {
        "thread_id": str(uuid4()), "assistant_id": "support", "input": given, "config": {},
        "context": {}, "command": None, "checkpoint": None, "stream": False, "metadata": None,
        **more,
    }  # fmt: skip


@pytest.mark.parametrize("shape", [served, flat])
def test_a_customer_may_send_a_message_on_threads_of_their_own(shape):
    run = shape()
    assert decide(ANA, "threads", "create_run", run) == {"owner": "u-ana"}
    assert run["metadata"] == {"owner": "u-ana", "customer_id": "cus_ana"}


def test_a_new_thread_is_its_customers_whatever_the_browser_says():
    metadata = {"owner": "u-eve", "topic": "returns"}
    assert decide(ANA, "threads", "create", {"metadata": metadata}) == {"owner": "u-ana"}
    assert metadata == {"owner": "u-ana", "customer_id": "cus_ana", "topic": "returns"}


@pytest.mark.parametrize("user", [ANA, INES])
@pytest.mark.parametrize(
    "given",
    [
        {"ttl": {"strategy": "delete", "default_ttl": 0.1}},
        {"initial_state": {"values": {"owner": "ai"}}},
        {"supersteps": [{"updates": []}]},
    ],
)
def test_a_new_thread_gets_no_end_and_no_state_from_a_browser(user, given):
    thread = {"thread_id": str(uuid4()), "if_exists": "raise", "metadata": {}}
    nothing = dict.fromkeys(given)
    assert decide(user, "threads", "create", {**thread, **nothing}) is not False
    with pytest.raises(Forbidden, match=next(iter(given))):
        decide(user, "threads", "create", {**thread, **given})
    assert decide(SHOP, "threads", "create", {**thread, **given}) is True


@pytest.mark.parametrize("action", ["read", "search"])
def test_customers_see_their_own_threads_and_agents_all(action):
    assert decide(ANA, "threads", action, {}) == {"owner": "u-ana"}
    assert decide(INES, "threads", action, {}) is True


STEERING = {
    "an event": {"given": {**SAID, "event": {"type": "claim"}}},
    "state": {"given": {**SAID, "owner": "ai"}},
    "no input": {"given": None},
    "a message of the machine": {"given": {"messages": [{"role": "assistant", "content": "Yes"}]}},
    "a removal": {"given": {"messages": [{"type": "remove", "id": "m-1", "content": ""}]}},
    "a removal in LangChain's words": {
        "given": {
            "messages": [
                {"lc": 1, "type": "constructor", "id": ["RemoveMessage"], "kwargs": {"id": "m-1"}}
            ]
        }
    },
    "a pair": {"given": {"messages": [["ai", "Yes"]]}},
    "a mark": {
        "given": {
            "messages": [
                {"role": "user", "content": "x", "additional_kwargs": {"handrail": {"ends": "x"}}}
            ]
        }
    },
    "a context": {"context": {"role": "agent", "actor": "ines"}},
    "a command": {"command": {"update": {"owner": "ai"}}},
    "a pause": {"interrupt_before": ["escalate"]},
    "a webhook": {"webhook": "http://127.0.0.1/"},
    "the inside of nodes": {"stream_mode": ["values", "debug"]},
    "something new": {"teleport": True},
}


@pytest.mark.parametrize("shape", [served, flat])
@pytest.mark.parametrize("steering", STEERING.values(), ids=STEERING)
def test_a_customer_may_not_steer_a_run(shape, steering):
    with pytest.raises(Forbidden):
        decide(ANA, "threads", "create_run", shape(**steering))


@pytest.mark.parametrize(
    "run",
    [
        served(config={"configurable": {}, "recursion_limit": 1}),
        served(config={"configurable": {}, "metadata": {"owner": "u-eve"}}),
        flat(config={"configurable": {"thread_id": "t2"}}),
        flat(checkpoint={"checkpoint_id": "c-1"}),
        flat(checkpoint_id="c-1"),
        {**served(), "multitask_strategy": "rollback"},
        {**served(), "multitask_strategy": "interrupt"},
        {**served(), "after_seconds": 60},
        {**served(), "thread_id": None},
    ],
)
def test_nor_configure_rewind_stop_or_lose_one(run):
    with pytest.raises(Forbidden):
        decide(ANA, "threads", "create_run", run)


def test_a_point_in_the_past_is_taken_out_where_it_can_be():
    run = served(config={"configurable": {"checkpoint_id": "c-1", "checkpoint_ns": ""}})
    decide(ANA, "threads", "create_run", run)
    assert run["kwargs"]["config"] == {"configurable": {}}


NOT_FOR_CUSTOMERS = [
    ("threads", "update"), ("threads", "delete"), ("assistants", "create"),
    ("assistants", "update"), ("assistants", "delete"), ("crons", "create"), ("crons", "search"),
    ("store", "put"), ("store", "get"), ("store", "search"), ("something", "new"),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "action"), NOT_FOR_CUSTOMERS)
@pytest.mark.parametrize("user", [ANA, INES])
def test_customers_and_agents_change_nothing_beside_runs(user, resource, action):
    with pytest.raises(Forbidden):
        decide(user, resource, action, {})


def test_an_agent_may_send_an_event_and_a_service_do_everything():
    event = served(given={"messages": [], "event": {"type": "claim"}})
    assert decide(INES, "threads", "create_run", event) is True
    assert decide(SHOP, "threads", "delete", {}) is True


ANSWER = {"given": None, "command": {"resume": {"decisions": [{"type": "approve"}]}}}


@pytest.mark.parametrize("shape", [served, flat])
@pytest.mark.parametrize(
    "more",
    [
        {}, {"stream_mode": ["events"]}, {"given": {}}, {"command": {"resume": False}},
        {"command": {"resume": [{"type": "accept", "args": None}], "goto": None, "update": None}},
    ],
)  # fmt: skip
def test_an_agent_may_answer_what_a_run_has_raised_and_a_customer_may_not(shape, more):
    assert decide(INES, "threads", "create_run", shape(**{**ANSWER, **more})) is True
    with pytest.raises(Forbidden):
        decide(ANA, "threads", "create_run", shape(**{**ANSWER, **more}))


@pytest.mark.parametrize("shape", [served, flat])
@pytest.mark.parametrize(
    "more",
    [
        {"given": SAID},
        {"given": {"messages": [], "event": {"type": "claim"}}},
        {"command": {"resume": True, "update": {"owner": "ai"}}},
        {"command": {"resume": True, "goto": "reply"}},
        {"command": {"goto": "reply"}},
        {"command": {"resume": None}},
        {"command": "resume"},
        {"context": {"role": "service", "actor": "omar"}},
        {"stream_mode": ["debug"]},
        {"checkpoint": {"checkpoint_id": "c-1"}},
        {"interrupt_before": ["approve"]},
    ],
)
def test_an_agents_answer_steers_nothing_else(shape, more):
    with pytest.raises(Forbidden):
        decide(INES, "threads", "create_run", shape(**{**ANSWER, **more}))


@pytest.mark.parametrize("shape", [served, flat])
def test_an_agent_streams_the_inside_of_an_answer_only(shape):
    event = {"given": {"messages": [], "event": {"type": "claim"}}}
    with pytest.raises(Forbidden):
        decide(INES, "threads", "create_run", shape(**event, stream_mode=["events"]))


def test_nobody_may_do_anything():
    for stranger in (NOBODY, user_of(None), user_of({"identity": "langgraph-studio-user"})):
        assert decide(stranger, "threads", "search", {}) is False


def test_a_user_survives_what_a_server_keeps():
    assert user_of(ANA.facts()) == ANA


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/threads", True),
        ("GET", "/threads/t1/state", True),
        ("POST", "/threads/t1/runs/stream", True),
        ("GET", "/threads/t1/runs/r1/join", True),
        ("GET", "/handrail/handoffs", True),
        ("GET", "/threads/t1/runs", False),
        ("GET", "/threads/t1/runs/r1", False),
        ("POST", "/threads/t1/copy", False),
        ("POST", "/threads/t1/state", False),
        ("POST", "/runs/wait", False),
        ("POST", "/mcp/", False),
        ("POST", "/a2a/support", False),
        ("PUT", "/store/items", False),
    ],
)
def test_customers_use_these_doors_only(method, path, allowed):
    assert open_to_customers(method, path) is allowed
