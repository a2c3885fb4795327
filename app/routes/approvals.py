"""A refund exception: one agent asks for it, and somebody else at the desk answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, StringConstraints

from handrail.app.desk.protocol import NOTHING_ASKED
from handrail.app.house import TOKEN, Agent, AtDesk, OpenServices, agent_of
from handrail.app.problems import ProblemRoute, problems
from handrail.app.routes.acts import RESPONSES, Act, carried_out, refusal
from handrail.app.routes.handoffs import HandoffId, packet_of
from handrail.app.routes.models import STANDING, Done, StandingView, like, standing_view
from handrail.graph.approval import amount_in
from handrail.graph.asked import ASKED, decision_on, waiting_in
from handrail.graph.verdict import ACTION

Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}([.,][0-9]{2})?$")]

router = APIRouter(
    prefix="/handrail/handoffs/{handoff_id}",
    tags=["approvals"],
    route_class=ProblemRoute,
    dependencies=[Depends(TOKEN), Depends(agent_of)],
)


class RefundExceptionBody(BaseModel):
    """What is asked for, and why; the customer does not see the why."""

    model_config = like(order="FH-10421", amount="40.00", currency="EUR", why="Broke twice.")

    order: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_#./-]{1,64}$")]
    amount: Amount
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    why: Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


class AnswerBody(BaseModel):
    """An answer; with a yes the amount may be lowered."""

    model_config = like(says="yes", amount="25.00")

    says: Literal["yes", "no"]
    amount: Amount | None = None


class Decided(BaseModel):
    """What was decided. Withdrawn: who asked took it back, or the handoff is over."""

    model_config = like(handoff=STANDING, status="granted", amount_cents=2500, currency="EUR")

    handoff: StandingView
    status: Literal["granted", "refused", "withdrawn"]
    amount_cents: int = Field(description="What is granted, in hundredths; 0 where nothing is.")
    currency: str


@router.post("/refund-exception", responses=RESPONSES)
async def refund_exception(act: Act, body: RefundExceptionBody) -> Done:
    """Ask for a refund exception. It waits for somebody else's answer; nothing is paid here."""
    return await act.carry_out({"type": "refund_exception", **body.model_dump()})  # type: ignore[typeddict-item]


@router.post(
    "/approval",
    responses={
        **RESPONSES,
        **problems(
            s403="Customers may not answer, and who asked may not say yes.",
            s409="Nothing waits for an answer.",
        ),
    },
)
async def approval(
    handoff_id: HandoffId, body: AnswerBody, agent: Agent, services: OpenServices, desk: AtDesk
) -> Decided:
    """Answer what waits. Of two answers the first one counts, and the other finds nothing."""
    packet = await packet_of(services.handoffs, handoff_id, entries=0)
    thread = packet["thread_id"]
    asked = waiting_in(await services.audit.list(thread, actions=ASKED), packet["episode"])
    if asked is None:
        raise refusal(NOTHING_ASKED)
    await carried_out(desk.answer(thread, _answer(body), agent))
    decided = decision_on(await services.audit.list(thread, actions=ASKED), asked)
    if decided is None or decided.actor != agent.id:
        raise refusal(NOTHING_ASKED)
    standing = await services.handoffs.standing(packet["key"]) or packet
    facts = {name: decided.payload[name] for name in ("status", "amount_cents", "currency")}
    return Decided(handoff=standing_view(standing), **facts)


def _answer(body: AnswerBody) -> Any:
    """Return an answer in a shape that the graph reads. Raises Problem 422."""
    if body.says == "no" or body.amount is None:
        return body.says
    cents = amount_in({"type": "refund_exception", "amount": body.amount})
    if cents is None:
        raise refusal("no_amount")
    return {"type": "edit", "args": {"action": ACTION, "args": {"amount_cents": cents}}}
