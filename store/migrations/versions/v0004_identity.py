"""Errands, one-time codes and locked accounts; mail with links in it is kept no more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables. The outbox goes with the links in it, and so do requests for nobody."""
    op.create_table(
        "errands",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("identifier", sa.String(400), nullable=False),
        sa.Column("is_id", sa.Boolean(), nullable=False),
        sa.Column("thread_id", sa.String(200), nullable=False),
        sa.Column("asked_by", sa.String(128)),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_errands"),
    )
    for names in (["thread_id"], ["status", "next_at"], ["kind", "created_at"]):
        op.create_index(f"ix_errands_{'_'.join(names)}", "errands", names)
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("thread_id", sa.String(200), nullable=False),
        sa.Column("asked_by", sa.String(128)),
        sa.Column("customer_id", sa.String(128)),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("expires_at", sa.String(40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("proves_until", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_codes"),
    )
    for name in ("customer_id", "thread_id"):
        op.create_index(f"ix_one_time_codes_{name}", "one_time_codes", [name])
    with op.batch_alter_table("customers") as customers:
        customers.add_column(
            sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.drop_index("ix_outbox_address", table_name="outbox")
    op.drop_table("outbox")


def downgrade() -> None:
    """Drop the tables, with every errand and code in them, and make an empty outbox."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_address", "outbox", ["address"])
    with op.batch_alter_table("customers") as customers:
        customers.drop_column("locked")
    for table in ("one_time_codes", "errands"):
        op.drop_table(table)
