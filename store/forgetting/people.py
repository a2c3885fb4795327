"""What names a customer beside their conversations: mails, requests, and the shop's own rows."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from handrail.store.accounts import OutboxRow, ResetRequestRow
from handrail.store.customers.sql import CustomerRow
from handrail.store.forgetting.conversations import gone
from handrail.store.forgetting.fates import FATES, Line
from handrail.store.shop import OrderItemRow, OrderRow


def forget_mail(session: Session, customer: str | None) -> dict[str, int]:
    """Take away requests for a new password, and mails to the address on record."""
    if customer is None:
        return {}
    mine = delete(ResetRequestRow).where(ResetRequestRow.customer_id == customer)
    counts = {"reset_requests": gone(session, mine)}
    known = session.get(CustomerRow, customer)
    if known is not None:
        counts["outbox"] = gone(session, delete(OutboxRow).where(OutboxRow.address == known.email))
    return counts


def count_the_shops(session: Session, customer: str | None) -> list[Line]:
    """Return what stays because it is the shop's: it is erased where the shop keeps it."""
    if customer is None:
        return []
    orders = select(OrderRow.number).where(OrderRow.customer_id == customer)
    counts = {
        "customers": select(func.count()).where(CustomerRow.id == customer),
        "orders": select(func.count()).where(OrderRow.customer_id == customer),
        "order_items": select(func.count()).where(OrderItemRow.order_number.in_(orders)),
    }
    found = {what: session.scalar(count) or 0 for what, count in counts.items()}
    return [Line(what, "kept", n, FATES[what].why) for what, n in found.items() if n]
