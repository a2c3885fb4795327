"""What the routes take and give."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)  # fmt: skip

from handrail.store.audit.protocol import AuditEvent
from handrail.store.handoffs.ownership import Status
from handrail.store.handoffs.protocol import Entry, HandoffPacket, Note, Reason, Standing

ID = "6f0c3d1e-6f5b-5c8e-9d2f-0d5c1a9b7e42"
STANDING: dict[str, Any] = {
    "id": ID, "key": "0d9a6c1e-3c1f-4a53-9a44-3a1c2f6f7f10:1",
    "thread_id": "0d9a6c1e-3c1f-4a53-9a44-3a1c2f6f7f10", "episode": 1,
    "reasons": [{"reason": "legal", "score": 0.93, "words": ["lawyer"], "rule": "lexicon"}],
    "priority": "urgent", "queue": "compliance", "owner": None, "status": "open",
    "created_at": "2026-03-02T09:15:00+00:00", "due_at": "2026-03-02T10:15:00+00:00",
    "claimed_at": None, "replied_at": None, "waiting_since": "2026-03-02T09:15:00+00:00",
    "unowned_since": "2026-03-02T09:15:00+00:00", "closed_at": None, "false_handoff": None,
    "customer_id": "cus_ana", "channel": "chat",
    "language": "en", "confidence": None, "policy_version": "fernhill-7",
    "summary": "legal: My lawyer will write to you",
}  # fmt: skip
ENTRY: dict[str, Any] = {
    "id": "m-1", "role": "customer", "text": "My lawyer will write to you",
    "at": "2026-03-02T09:15:00+00:00",
}  # fmt: skip

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
Words = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("this moment is too far away") from problem


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


def like(**example: Any) -> ConfigDict:
    """Return the settings of a model that has an example and takes nothing beyond its fields."""
    return ConfigDict(json_schema_extra={"examples": [example]}, extra="forbid")


class StandingView(BaseModel):
    """How a handoff stands, without the conversation. Times are ISO 8601 in UTC."""

    model_config = like(**STANDING)

    id: str
    key: str = Field(description="The thread and the episode.")
    thread_id: str
    episode: int
    reasons: list[Reason] = Field(description="Why a person is needed, the first one first.")
    priority: str
    queue: str
    owner: str | None = Field(description="Who claimed it, or who it waits for.")
    status: Status
    created_at: str
    due_at: str = Field(description="By when a person owes an answer.")
    claimed_at: str | None
    replied_at: str | None = Field(description="When a person first replied.")
    waiting_since: str | None = Field(description="Null while the customer waits for nobody.")
    unowned_since: str | None = Field(description="Null while somebody has it.")
    closed_at: str | None
    false_handoff: bool | None = Field(description="An agent's mark that no person was needed.")
    customer_id: str | None
    channel: str
    language: str
    confidence: float | None
    policy_version: str
    summary: str


class Page(BaseModel):
    """Some of the handoffs, those due first coming first. `next` is `after` of the next page."""

    model_config = like(items=[STANDING], next=ID)

    items: list[StandingView]
    next: str | None


class TranscriptPage(BaseModel):
    """Some of a conversation, oldest first. `next` is `after` of the next page."""

    model_config = like(items=[ENTRY], next=None)

    items: list[Entry]
    next: int | None


class TrailEvent(BaseModel):
    """One thing that was decided or done; `facts` are what it rests on, with no words of a chat."""

    model_config = like(at="2026-03-02T09:15:00+00:00", actor="ines", action="claim", facts={})

    at: str
    actor: str
    action: str
    facts: dict[str, Any]


def trail_event(event: AuditEvent) -> TrailEvent:
    """Return an audit event as the routes show it."""
    return TrailEvent(at=event.at, actor=event.actor, action=event.action, facts=event.payload)


class Trail(BaseModel):
    """The audit trail of one episode, oldest first."""

    items: list[TrailEvent]


class PacketView(StandingView):
    """A handoff with what a person needs. The transcript's first page; `next` leads on."""

    model_config = like(
        **STANDING, transcript={"items": [ENTRY], "next": None}, notes=[], tool_trace=[],
        draft=None, evidence={}, transcript_url=f"/handrail/handoffs/{ID}/transcript",
    )  # fmt: skip

    transcript: TranscriptPage
    transcript_url: str
    notes: list[Note]
    tool_trace: list[dict[str, Any]]
    draft: str | None = Field(description="The answer that was not sent.")
    evidence: dict[str, Any]


class Done(BaseModel):
    """How a handoff stands after an act. `survey_url` is there where satisfaction is asked for."""

    model_config = like(handoff=STANDING, survey_url=None)

    handoff: StandingView
    survey_url: str | None = None


class ReplyBody(BaseModel):
    """What the customer is told."""

    model_config = like(text="I am Ines from Fernhill. I am looking into this now.")

    text: Words


class NoteBody(BaseModel):
    """What the other agents are told; no customer sees it."""

    model_config = like(text="Asked the warehouse; answer expected by noon.")

    text: Words


class TransferBody(BaseModel):
    """Where a handoff goes: to a queue, to an agent, or both."""

    model_config = like(queue="compliance")

    queue: Name | None = None
    owner: Name | None = None


class CloseBody(BaseModel):
    """What an agent says on the way out, if anything."""

    model_config = like(false_handoff=False)

    false_handoff: StrictBool | None = Field(None, description="True: no person was needed.")


class MarkBody(BaseModel):
    """An agent's mark, set also when all is over."""

    model_config = like(false_handoff=True)

    false_handoff: StrictBool


class Health(BaseModel):
    """What is in force. Degraded: without the help centre, questions about it go to people."""

    model_config = like(status="ok", policy_version="fernhill-7")

    status: Literal["ok", "degraded"]
    policy_version: str


def standing_view(standing: Standing) -> StandingView:
    """Return a handoff as the routes show it."""
    return StandingView(**{name: standing[name] for name in StandingView.model_fields})  # type: ignore[literal-required]


def packet_view(packet: HandoffPacket, shown: int, transcript_url: str) -> PacketView:
    """Return a packet with the first page of its transcript."""
    entries = packet["transcript"]
    facts: dict[str, Any] = {**packet}
    facts["transcript"] = TranscriptPage(
        items=entries[:shown], next=shown if len(entries) > shown else None
    )
    return PacketView(**facts, transcript_url=transcript_url)
