"""The ledger: an audit row for each WRITE, kept before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handrail.store.audit.protocol import Audit, AuditEvent
from handrail.store.errors import StoreDown
from handrail.store.moment import iso
from handrail.tools.asker import Asker
from handrail.tools.errors import BackendDown


class Ledger:
    """Note WRITEs in the audit trail: which tool, for which turn, and nothing that was typed."""

    def __init__(self, audit: Audit, clock: Callable[[], datetime]) -> None:
        self._audit = audit
        self._clock = clock

    async def note(self, asker: Asker, tool: str) -> None:
        """Note one WRITE, once for each turn. Raises BackendDown; then nothing may be done."""
        key = asker.key(tool)
        event = AuditEvent(
            id=key,
            at=iso(self._clock()),
            thread_id=asker.thread_id,
            episode=asker.episode,
            actor="ai",
            action=f"tool.{tool}",
            policy_version=asker.policy_version,
            payload={"verified": asker.verified, "customer_id": asker.customer_id},
        )
        try:
            await self._audit.record(event)
        except StoreDown as problem:
            raise BackendDown(problem.what, problem.mend) from problem
