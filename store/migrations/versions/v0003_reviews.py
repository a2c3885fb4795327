"""Wrong-answer audits: conversations kept for review, what was picked, and the verdicts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "review_conversations",
        sa.Column("key", sa.String(240), nullable=False),
        sa.Column("thread_id", sa.String(200), nullable=False),
        sa.Column("customer_id", sa.String(128)),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("transcript", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_review_conversations"),
    )
    for name in ("customer_id", "thread_id"):
        op.create_index(f"ix_review_conversations_{name}", "review_conversations", [name])
    op.create_table(
        "review_picks",
        sa.Column("key", sa.String(240), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("seed", sa.String(100), nullable=False),
        sa.Column("reviewer", sa.String(200)),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_review_picks"),
    )
    op.create_table(
        "review_verdicts",
        sa.Column("key", sa.String(240), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("finding", sa.String(16), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key"], ["review_picks.key"], name="fk_review_verdicts_key_review_picks"
        ),
        sa.PrimaryKeyConstraint("key", "by", "revision", name="pk_review_verdicts"),
    )


def downgrade() -> None:
    """Drop the tables, and every verdict in them."""
    for table in ("review_verdicts", "review_picks", "review_conversations"):
        op.drop_table(table)
