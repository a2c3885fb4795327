"""Links between external users and customers, in an SQL database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from handrail.store.base import added, changed, in_transaction
from handrail.store.channels.protocol import AccountLink
from handrail.store.channels.tables import LinkRow


class SqlLinks:
    """Keep links in the table `channel_links`."""

    def __init__(self, engine: Engine) -> None:
        self._links = engine

    async def link(self, link: AccountLink) -> AccountLink:
        """Keep a link; return the one that stands."""

        def work(session: Session) -> AccountLink:
            if added(session, LinkRow(**vars(link))):
                return link
            row = session.get_one(LinkRow, (link.channel, link.user))
            return _read(row)

        return await in_transaction(self._links, "Keeping a link", work)

    async def unlink(self, channel: str, user: str, customer_id: str) -> bool:
        """Take a link back."""
        mine = delete(LinkRow).where(
            LinkRow.channel == channel, LinkRow.user == user, LinkRow.customer_id == customer_id
        )
        return bool(
            await in_transaction(
                self._links, "Taking a link back", lambda session: changed(session, mine)
            )
        )

    async def linked(self, channel: str, user: str) -> AccountLink | None:
        """Return the link of an external user."""

        def work(session: Session) -> AccountLink | None:
            row = session.get(LinkRow, (channel, user))
            return _read(row) if row else None

        return await in_transaction(self._links, "Reading a link", work)

    async def links_of(self, customer_id: str) -> Sequence[AccountLink]:
        """Return the links of a customer."""
        mine = (
            select(LinkRow)
            .where(LinkRow.customer_id == customer_id)
            .order_by(LinkRow.channel, LinkRow.user)
        )
        return await in_transaction(
            self._links, "Listing links", lambda session: [_read(r) for r in session.scalars(mine)]
        )


def _read(row: LinkRow) -> AccountLink:
    return AccountLink(
        channel=row.channel, user=row.user, customer_id=row.customer_id,
        consent_at=row.consent_at, linked_by=row.linked_by,
    )  # fmt: skip
