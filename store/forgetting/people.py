"""What names a customer beside their conversations: links, codes, and the shop's own rows."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from handrail.store.accounts import ResetRequestRow
from handrail.store.base import changed
from handrail.store.channels.tables import LinkRow, ParcelRow, PlaceRow
from handrail.store.codes.sql import CodeRow
from handrail.store.customers.sql import CustomerRow
from handrail.store.errands.sql import ErrandRow
from handrail.store.forgetting.fates import FATES, Line
from handrail.store.shop import OrderItemRow, OrderRow


def forget_access(
    session: Session, customer: str | None, threads: Collection[str]
) -> dict[str, int]:
    """Take away links, codes, errands and deliveries: the customer's, and the conversations'."""
    counts: dict[str, int] = {}
    codes: list[ColumnElement[bool]] = [CodeRow.thread_id.in_(threads)]
    errands: list[ColumnElement[bool]] = [ErrandRow.thread_id.in_(threads)]
    if customer is not None:
        known = session.get(CustomerRow, customer)
        names = [customer, *([known.email, known.email_key] if known else [])]
        codes.append(CodeRow.customer_id == customer)
        errands += [ErrandRow.asked_by == customer, ErrandRow.identifier.in_(names)]
        mine = delete(ResetRequestRow).where(ResetRequestRow.customer_id == customer)
        counts["reset_requests"] = changed(session, mine)
        links = delete(LinkRow).where(LinkRow.customer_id == customer)
        counts["channel_links"] = changed(session, links)
    counts["one_time_codes"] = changed(session, delete(CodeRow).where(or_(*codes)))
    counts["errands"] = changed(session, delete(ErrandRow).where(or_(*errands)))
    parcels = delete(ParcelRow).where(ParcelRow.thread_id.in_(threads))
    counts["channel_parcels"] = changed(session, parcels)
    places = delete(PlaceRow).where(PlaceRow.thread_id.in_(threads))
    counts["channel_places"] = changed(session, places)
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
