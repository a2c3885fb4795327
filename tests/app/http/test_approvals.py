"""A refund exception over HTTP: one agent asks, another answers, and nothing is decided twice."""

import pytest

from handrail.app.desk.protocol import NOTHING_ASKED
from tests.app.http.conftest import ANA, INES, OMAR
from tests.app.http.test_acts import is_problem
from tests.app.tokens import bearer

ASKED = {"order": "FH-10421", "amount": "40.00", "currency": "EUR", "why": "It broke twice."}
BODIES = {"refund-exception": ASKED, "approval": {"says": "yes"}}
SHOP = bearer("shop", "service")


async def asked_for(place) -> str:
    """Return a handoff on which Ines has asked for a refund exception."""
    handoff = await place.handed_over()
    await place.act(handoff, "claim")
    asked = await place.act(handoff, "refund-exception", **ASKED)
    assert asked.status_code == 200, asked.text
    return handoff


async def approval_of(place) -> dict:
    kept = await place.graph.checkpointer.aget_tuple({"configurable": {"thread_id": "t1"}})
    return kept.checkpoint["channel_values"]["approval"]


@pytest.mark.parametrize(
    ("who", "body", "status", "cents"),
    [
        (OMAR, {"says": "yes"}, "granted", 4000),
        (OMAR, {"says": "yes", "amount": "25.00"}, "granted", 2500),
        (OMAR, {"says": "yes", "amount": "25"}, "granted", 2500),
        (OMAR, {"says": "no"}, "refused", 0),
        (OMAR, {"says": "no", "amount": "25.00"}, "refused", 0),
        (SHOP, {"says": "yes"}, "granted", 4000),
        (INES, {"says": "no"}, "withdrawn", 0),
    ],
)
async def test_an_answer_is_carried_out(place, who, body, status, cents):
    handoff = await asked_for(place)
    answer = await place.act(handoff, "approval", who, **body)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["status"], said["amount_cents"], said["currency"]) == (status, cents, "EUR")
    assert said["handoff"]["owner"] == "ines"
    kept = await approval_of(place)
    assert (kept["status"], kept["granted_cents"]) == (status, cents)
    again = await place.act(handoff, "approval", OMAR, says="yes")
    is_problem(again, 409, NOTHING_ASKED)


@pytest.mark.parametrize(
    ("who", "body", "status", "kind"),
    [
        (INES, {"says": "yes"}, 403, "own_request"),
        (OMAR, {"says": "yes", "amount": "40.01"}, 422, "amount_raised"),
        (OMAR, {"says": "yes", "amount": "0.00"}, 422, "no_amount"),
        (OMAR, {"says": "maybe"}, 422, "invalid"),
        (OMAR, {"says": "yes", "amount": "all of it"}, 422, "invalid"),
        (ANA, {"says": "yes"}, 403, "not_allowed"),
    ],
)
async def test_an_answer_that_does_not_count_leaves_it_waiting(place, who, body, status, kind):
    handoff = await asked_for(place)
    is_problem(await place.act(handoff, "approval", who, **body), status, kind)
    assert (await approval_of(place))["status"] == "pending"
    assert (await place.act(handoff, "approval", OMAR, says="yes")).json()["status"] == "granted"


async def test_nothing_to_answer(place):
    handoff = await place.handed_over()
    is_problem(await place.act(handoff, "approval", OMAR, says="yes"), 409, NOTHING_ASKED)
    handoff = await asked_for(place)
    await place.act(handoff, "hand-back")
    is_problem(await place.act(handoff, "approval", OMAR, says="yes"), 409, NOTHING_ASKED)


async def test_a_request_that_cannot_be_made(place):
    handoff = await place.handed_over()
    is_problem(await place.act(handoff, "refund-exception", **ASKED), 409, "claim_first")
    await place.act(handoff, "claim")
    is_problem(await place.act(handoff, "refund-exception", OMAR, **ASKED), 409, "claimed")
    free = {**ASKED, "amount": "0.00"}
    is_problem(await place.act(handoff, "refund-exception", **free), 422, "no_amount")
    silent = {**ASKED, "why": " "}
    is_problem(await place.act(handoff, "refund-exception", **silent), 422, "no_reason")
    assert (await place.act(handoff, "refund-exception", **ASKED)).status_code == 200
    second = await place.act(handoff, "refund-exception", **{**ASKED, "order": "FH-10433"})
    is_problem(second, 409, "approval_pending")


@pytest.mark.parametrize("act", BODIES)
async def test_strangers_and_handoffs_that_nobody_knows(place, act):
    handoff = await asked_for(place)
    is_problem(await place.act(handoff, act, {}, **BODIES[act]), 401, "not_signed_in")
    is_problem(await place.act(handoff, act, ANA, **BODIES[act]), 403, "not_allowed")
    is_problem(await place.act("nothing", act, **BODIES[act]), 404, "unknown_handoff")
