"""Handoffs that the store owns: steps, notes, marks and times; surveys; notifications.

What the older schema did not keep is read from its audit trail: when a handoff was claimed,
answered and closed, and when an episode was resolved.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

HAPPENED = """
    UPDATE handoffs SET {column} = (
        SELECT {which}(audit.at) FROM audit
        WHERE audit.thread_id = handoffs.thread_id AND audit.episode = handoffs.episode
        AND audit.action IN ({actions})
    )
"""
RESOLVED = """
    UPDATE csat SET at = (
        SELECT max(audit.at) FROM audit
        WHERE audit.thread_id || ':' || audit.episode = csat.key AND audit.action = 'resolve'
    )
"""


def upgrade() -> None:
    """Add what is new, and fill it from what is known."""
    op.create_table(
        "notifications",
        sa.Column("id", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("handoff_id", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("fanned_out", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
    )
    op.create_index("ix_notifications_fanned_out", "notifications", ["fanned_out"])
    op.create_index("ix_notifications_handoff_id", "notifications", ["handoff_id"])
    op.create_table(
        "deliveries",
        sa.Column("notification_id", sa.String(300), nullable=False),
        sa.Column("target", sa.String(100), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.String(40), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("at", sa.String(40)),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name="fk_deliveries_notification_id_notifications",
        ),
        sa.PrimaryKeyConstraint("notification_id", "target", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_status_next_at", "deliveries", ["status", "next_at"])
    op.create_table(
        "handoff_steps",
        sa.Column("event_id", sa.String(200), nullable=False),
        sa.Column("handoff_id", sa.String(64), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name="fk_handoff_steps_handoff_id_handoffs"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_handoff_steps"),
    )
    op.create_index("ix_handoff_steps_handoff_id", "handoff_steps", ["handoff_id"])
    op.create_table(
        "notes",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("handoff_id", sa.String(64), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name="fk_notes_handoff_id_handoffs"
        ),
        sa.PrimaryKeyConstraint("position", name="pk_notes"),
        sa.UniqueConstraint("id", name="uq_notes_id"),
    )
    op.create_index("ix_notes_handoff_id", "notes", ["handoff_id"])
    with op.batch_alter_table("audit") as audit:
        audit.add_column(sa.Column("event_id", sa.String(64)))
        audit.create_unique_constraint("uq_audit_event_id", ["event_id"])
    with op.batch_alter_table("csat") as csat:
        csat.alter_column("key", type_=sa.String(240), existing_type=sa.String())
        csat.alter_column("path", type_=sa.String(32), existing_type=sa.String())
        csat.add_column(sa.Column("by", sa.String(200)))
        csat.add_column(sa.Column("at", sa.String(40)))
        csat.add_column(sa.Column("channel", sa.String(32)))
        csat.add_column(sa.Column("survey_id", sa.String(64)))
        csat.add_column(sa.Column("comment", sa.Text()))
        csat.add_column(sa.Column("rated_at", sa.String(40)))
        csat.create_unique_constraint("uq_csat_survey_id", ["survey_id"])
    with op.batch_alter_table("handoffs") as handoffs:
        handoffs.add_column(
            sa.Column("reason_names", sa.String(300), nullable=False, server_default="")
        )
        handoffs.add_column(
            sa.Column("channel", sa.String(32), nullable=False, server_default="chat")
        )
        for name in ("claimed_at", "replied_at", "waiting_since", "unowned_since", "closed_at"):
            handoffs.add_column(sa.Column(name, sa.String(40)))
        handoffs.add_column(sa.Column("false_handoff", sa.Boolean()))
    _fill()


def _fill() -> None:
    connection = op.get_bind()
    for column, which, actions in (
        ("claimed_at", "min", "'claim'"),
        ("replied_at", "min", "'reply'"),
        ("closed_at", "max", "'hand_back', 'resolve'"),
    ):
        op.execute(HAPPENED.format(column=column, which=which, actions=actions))
    op.execute("UPDATE handoffs SET unowned_since = created_at WHERE status = 'open'")
    op.execute("UPDATE handoffs SET closed_at = NULL WHERE status IN ('open', 'claimed')")
    op.execute(
        "UPDATE handoffs SET closed_at = due_at"
        " WHERE status NOT IN ('open', 'claimed') AND closed_at IS NULL"
    )
    op.execute(RESOLVED)
    handoffs = sa.table(
        "handoffs", sa.column("id"), sa.column("reasons", sa.JSON()), sa.column("reason_names")
    )
    known = sa.select(handoffs.c.id, handoffs.c.reasons)
    for handoff_id, reasons in connection.execute(known).all():
        names = ",".join(reason["reason"] for reason in reasons)
        named = handoffs.update().where(handoffs.c.id == handoff_id)
        connection.execute(named.values(reason_names=f",{names},"))
    csat = sa.table("csat", sa.column("key"), sa.column("survey_id"))
    for (key,) in connection.execute(sa.select(csat.c.key)).all():
        survey = str(uuid5(NAMESPACE_URL, f"handrail:survey:{key}"))
        connection.execute(csat.update().where(csat.c.key == key).values(survey_id=survey))


def downgrade() -> None:
    """Take away what is new, and everything kept in it."""
    with op.batch_alter_table("handoffs") as handoffs:
        for name in (
            "channel", "false_handoff", "closed_at", "unowned_since", "waiting_since",
            "replied_at", "claimed_at", "reason_names",
        ):  # fmt: skip
            handoffs.drop_column(name)
    with op.batch_alter_table("csat") as csat:
        csat.drop_constraint("uq_csat_survey_id", type_="unique")
        for name in ("rated_at", "comment", "survey_id", "channel", "at", "by"):
            csat.drop_column(name)
        csat.alter_column("path", type_=sa.String(), existing_type=sa.String(32))
        csat.alter_column("key", type_=sa.String(), existing_type=sa.String(240))
    with op.batch_alter_table("audit") as audit:
        audit.drop_constraint("uq_audit_event_id", type_="unique")
        audit.drop_column("event_id")
    for table in ("notes", "handoff_steps", "deliveries", "notifications"):
        op.drop_table(table)
