"""Chat products: their conversations, deliveries from and to them, and who is whom there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "channel_places",
        sa.Column("thread_id", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("conversation", sa.String(400), nullable=False),
        sa.Column("customer_id", sa.String(128)),
        sa.Column("opened_at", sa.String(40), nullable=False),
        sa.Column("last_at", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.String(40), nullable=False),
        sa.Column("leased_until", sa.String(40), nullable=False),
        sa.Column("lease", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("thread_id", name="pk_channel_places"),
    )
    for name in ("customer_id", "last_at"):
        op.create_index(f"ix_channel_places_{name}", "channel_places", [name])
    op.create_table(
        "channel_parcels",
        sa.Column("thread_id", sa.String(200), nullable=False),
        sa.Column("direction", sa.String(3), nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("thread_id", "direction", "key", name="pk_channel_parcels"),
    )
    op.create_index("ix_channel_parcels_status_due_at", "channel_parcels", ["status", "due_at"])
    op.create_table(
        "channel_links",
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("customer_id", sa.String(128), nullable=False),
        sa.Column("consent_at", sa.String(40), nullable=False),
        sa.Column("linked_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("channel", "user", name="pk_channel_links"),
    )
    op.create_index("ix_channel_links_customer_id", "channel_links", ["customer_id"])


def downgrade() -> None:
    """Drop the tables, with every delivery that waits in them."""
    for table in ("channel_links", "channel_parcels", "channel_places"):
        op.drop_table(table)
