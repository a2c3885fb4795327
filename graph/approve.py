"""approve: a refund exception that one agent asks for is confirmed by another, or is not.

Handrail pays nothing: it keeps who asked and who decided, and the shop's back office does the
rest. The AI says nothing of it to the customer; the person who has the conversation does.
"""

from __future__ import annotations

from typing import Any, Literal

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from handrail.graph.approval import amount_in, answered, money, payload_of, stands
from handrail.graph.asked import DECIDED, decided_in
from handrail.graph.clock import now_iso
from handrail.graph.context import Context, asking
from handrail.graph.packet import key_of
from handrail.graph.recording import NO_THREAD, record, thread_of
from handrail.graph.services import LazyServices, Services
from handrail.graph.standing import mirror
from handrail.graph.state import Approval, Event, State
from handrail.store.audit.protocol import AuditEvent
from handrail.store.handoffs.ownership import refusal
from handrail.store.handoffs.protocol import Step

Status = Literal["granted", "refused", "withdrawn"]


async def approve(
    state: State, runtime: Runtime[Context], config: RunnableConfig, *, services: LazyServices
) -> dict[str, Any]:
    """Raise the approval, then carry out the answer; withdraw it where nobody has the handoff now.

    It takes two passes. The first only asks, and notes who answered what: an answer that was given
    is given again to whoever resumes a run that was cut short, so nothing may keep it from being
    written down at once. The second does what it says. An answer that does not count leaves the
    approval pending, and the drawing leads back to the first.
    """
    approval = state.get("approval")
    if approval is None or approval["status"] != "pending":
        return {}
    answer = approval["answer"]
    if stands(state) and answer is None:
        said = interrupt(payload_of(approval))
        answer = answered(approval, said, asking(runtime, config))
        return {"approval": {**approval, "answer": answer}, "refused": answer["problem"]}

    house = await services.get()
    if not stands(state) or answer is None:
        by = asking(runtime, config)
        actor = by.actor or by.customer_id or "customer"
        return await _settle(house, state, config, approval, status="withdrawn", actor=actor)
    problem = answer["problem"]
    if problem:
        payload = {"event": "approval", "problem": problem, "approval": approval["id"]}
        about = f"{approval['id']}:{approval['tries']}"
        await record(
            house, state, config, action="refused", about=about, actor=answer["by"],
            payload=payload,
        )  # fmt: skip
        runtime.stream_writer({"type": "refused", "event": "approval", "problem": problem})
        again: Approval = {
            **approval, "answer": None, "tries": approval["tries"] + 1, "problem": problem,
        }  # fmt: skip
        return {"approval": again}
    standing = await house.handoffs.standing(key_of(thread_of(config), state.get("episode", 1)))
    over = standing is None or standing["closed_at"] is not None
    taken_back = answer["says"] == "no" and answer["by"] == approval["asked_by"]
    status: Status = "granted" if answer["says"] == "yes" else "refused"
    update = await _settle(
        house, state, config, approval, status="withdrawn" if over or taken_back else status,
        actor=answer["by"], amount=answer["amount_cents"],
    )  # fmt: skip
    runtime.stream_writer({"type": "approval", "status": update["approval"]["status"]})
    return update


async def ask_for(
    house: Services, state: State, event: Event, context: Context, *, about: str, thread: str
) -> tuple[str | None, dict[str, Any]]:
    """Keep a request for a refund exception, by whoever has claimed the conversation.

    Returns why not, or what changes in the state. What was decided is not asked for again.
    """
    standing = await house.handoffs.standing(key_of(thread, state.get("episode", 1)))
    named = event.get("handoff")
    if thread == NO_THREAD or standing is None or named not in {None, standing["id"]}:
        return "no_handoff", {}
    if await _decision(house, thread, about):
        return None, {}
    actor, amount, pending = context.actor or "unknown", amount_in(event), state.get("approval")
    problem = refusal(standing["status"], standing["owner"], "reply", actor)
    if problem:
        return problem, {}
    if pending and stands(state) and pending["id"] != about:
        return "approval_pending", {}
    approval = Approval(
        id=about, handoff=standing["id"], order=event["order"], amount_cents=amount or 0,
        currency=event["currency"], why=event["why"].strip(), asked_by=actor, at=now_iso(),
        status="pending", decided_by=None, granted_cents=None, answer=None, tries=0,
        problem=None,
    )  # fmt: skip
    asked = money(approval["amount_cents"], approval["currency"])
    text = f"Refund exception asked for, order {approval['order']}: {asked}. {approval['why']}"
    step = Step(event_id=about, act="note", actor=actor, at=approval["at"], text=text)
    outcome = await house.handoffs.act(standing["id"], step)
    if outcome.problem:
        return outcome.problem, {}
    return None, {**mirror(state, outcome.standing), "approval": approval}


async def _decision(house: Services, thread: str, approval_id: str) -> AuditEvent | None:
    return decided_in(await house.audit.list(thread, actions=(DECIDED,)), approval_id)


async def _settle(
    house: Services, state: State, config: RunnableConfig, approval: Approval, *,
    status: Status, actor: str, amount: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """Record a decision, tell the desk, and return it. The one that was recorded first stands."""
    amount = amount if status == "granted" else 0
    payload = {
        "approval": approval["id"], "order": approval["order"], "status": status,
        "amount_cents": amount, "asked_cents": approval["amount_cents"],
        "currency": approval["currency"], "requested_by": approval["asked_by"],
    }  # fmt: skip
    await record(
        house, state, config, action=DECIDED, about=approval["id"], actor=actor, payload=payload
    )
    kept = await _decision(house, thread_of(config), approval["id"])
    if kept is None:
        raise LookupError("a decision that was recorded is not in the audit trail")
    status, amount = kept.payload["status"], kept.payload["amount_cents"]
    if status != "withdrawn":
        granted = f": {money(amount, approval['currency'])}" if status == "granted" else ""
        note = Step(
            event_id=f"approval:{approval['id']}", act="note", actor=kept.actor, at=kept.at,
            text=f"Refund exception {status}, order {approval['order']}{granted}.",
        )  # fmt: skip
        await house.handoffs.act(approval["handoff"], note)  # over already: the audit has it
    decided: Approval = {
        **approval, "status": status, "decided_by": kept.actor, "granted_cents": amount,
        "answer": None, "problem": None,
    }  # fmt: skip
    return {"approval": decided}
