"""Leave an errand: all that a conversation does for an account whose owner is not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from handrail.store.errands.protocol import Errand, ErrandKind, Errands
from handrail.store.errors import StoreDown
from handrail.store.moment import iso
from handrail.tools.asker import Asker
from handrail.tools.errors import BackendDown

PATIENCE = timedelta(minutes=2)
MEND = "Check what sends them (HANDRAIL_SMTP_URL or the identity provider), and that a server runs."


class LeaveErrands:
    """Keep errands for whoever runs them. One insert, whatever the account.

    Where errands of the kind wait for longer than two minutes, no more are taken: what cannot be
    sent is not promised.
    """

    def __init__(self, errands: Errands, clock: Callable[[], datetime]) -> None:
        self._errands = errands
        self._clock = clock

    async def __call__(
        self, kind: ErrandKind, asker: Asker, identifier: str, *, is_id: bool
    ) -> None:
        """Leave one errand, once for each turn. Raises BackendDown."""
        now = self._clock()
        errand = Errand(
            id=asker.key(kind),
            kind=kind,
            identifier=identifier,
            is_id=is_id,
            thread_id=asker.thread_id,
            asked_by=asker.customer_id,
            language=asker.locale,
            created_at=iso(now),
        )
        try:
            since = iso(now - PATIENCE)
            why = await self._errands.stuck(kind, since)
            if why is not None:
                what = f"Errands of the kind {kind} do not get done"
                raise BackendDown(what, MEND, (f"{kind}: {why or 'nobody has run it'}",))
            await self._errands.add(errand)
        except StoreDown as problem:
            raise BackendDown(problem.what, problem.mend) from problem
