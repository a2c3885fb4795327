"""What each kind of row is, when it is due, and what becomes of it. Pure: statements, no database.

Nothing here belongs to a handoff that is open, or is still to be sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from handrail.store.accounts import ResetRequestRow
from handrail.store.audit.sql import AuditRow
from handrail.store.base import Base
from handrail.store.channels.tables import ParcelRow
from handrail.store.codes.sql import CodeRow
from handrail.store.csat.sql import CsatRow
from handrail.store.errands.sql import ErrandRow
from handrail.store.forgetting.conversations import FORGOTTEN, LEGAL
from handrail.store.forgetting.fates import Fate
from handrail.store.handoffs.tables import HandoffRow
from handrail.store.notifications.tables import DeliveryRow, NotificationRow
from handrail.store.reviews.tables import ConversationRow, VerdictRow

Due = Callable[[str], ColumnElement[bool]]
IS_LEGAL = HandoffRow.reason_names.contains(LEGAL)


@dataclass(frozen=True)
class Kind:
    """Rows that go, or lose their words: `becomes` says to what each column is set.

    `line` is the kind's name in the policy. `due` says which rows are due before a moment. `part`
    refers to the row from another table, and goes with it. `legal` tells a row of a handoff with
    the reason legal, which stays where the policy holds them.
    """

    line: str
    row: type[Base]
    due: Due
    fate: Fate
    why: str
    becomes: dict[str, Any] | None = None
    part: InstrumentedAttribute[Any] | None = None
    legal: ColumnElement[bool] | None = None

    @property
    def what(self) -> str:
        """Return the name of the table."""
        return str(self.row.__tablename__)


def _old_trail(before: str) -> ColumnElement[bool]:
    """Episodes whose last event is that old, in conversations that wait for nobody."""
    episode = select(AuditRow.thread_id, AuditRow.episode)
    episode = episode.group_by(AuditRow.thread_id, AuditRow.episode)
    over = episode.having(func.max(AuditRow.at) < before).subquery().c
    waits = exists().where(
        HandoffRow.thread_id == AuditRow.thread_id, HandoffRow.closed_at.is_(None)
    )
    ended = exists().where(
        over.thread_id == AuditRow.thread_id, over.episode == AuditRow.episode
    )  # fmt: skip
    return and_(AuditRow.at < before, ended, ~waits)


def _forgotten(before: str) -> ColumnElement[bool]:
    return and_(AuditRow.thread_id.startswith(FORGOTTEN, autoescape=True), AuditRow.at < before)


def _told(before: str) -> ColumnElement[bool]:
    """Of handoffs that are closed: an alarm is known by its notification, and comes once."""
    pending = exists().where(
        DeliveryRow.notification_id == NotificationRow.id, DeliveryRow.status == "pending"
    )
    waits = exists().where(
        HandoffRow.id == NotificationRow.handoff_id, HandoffRow.closed_at.is_(None)
    )
    return and_(NotificationRow.created_at < before, ~pending, ~waits)


def _codes(before: str) -> ColumnElement[bool]:
    proves = or_(CodeRow.proves_until.is_(None), CodeRow.proves_until < before)
    return and_(CodeRow.expires_at < before, proves)


KINDS: tuple[Kind, ...] = (
    Kind("comments", CsatRow, lambda b: and_(CsatRow.rated_at < b, CsatRow.comment != ""),
         "without name", "the rating counts; the comment is gone", {"comment": None},
         legal=exists().where(HandoffRow.key == CsatRow.key, IS_LEGAL)),
    Kind("reviews", ConversationRow, lambda b: ConversationRow.at < b,
         "erased", "the customer's words; no sample is drawn from them any more"),
    Kind("reviews", VerdictRow, lambda b: and_(VerdictRow.at < b, VerdictRow.note != ""),
         "without name", "the finding counts; the note is gone", {"note": ""}),
    Kind("audit", AuditRow, _old_trail, "erased", "figures of that time go with it",
         legal=exists().where(HandoffRow.thread_id == AuditRow.thread_id, IS_LEGAL)),
    Kind("forgotten", AuditRow, _forgotten, "erased", "kept after its customer was forgotten"),
    Kind("notifications", NotificationRow, _told, "erased", "with its deliveries",
         part=DeliveryRow.notification_id),
    Kind("errands", ErrandRow,
         lambda b: and_(ErrandRow.created_at < b, ErrandRow.status != "waiting"),
         "erased", "done, or given up"),
    Kind("codes", CodeRow, _codes, "erased", "neither open nor proof of anything"),
    Kind("codes", ResetRequestRow, lambda b: ResetRequestRow.expires_at < b,
         "erased", "links that no longer work"),
    Kind("deliveries", ParcelRow, lambda b: and_(ParcelRow.at < b, ParcelRow.status != "waiting"),
         "erased", "carried out, or given up"),
)  # fmt: skip
