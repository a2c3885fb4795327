"""Run errands: send the link or the code to the address on file, if there is an account."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from handrail.models import meters as ours
from handrail.models import telemetry_names as names
from handrail.models.wording import Wording
from handrail.store.customers.protocol import Customer, Customers, email_key
from handrail.store.errands.protocol import Errand, ErrandOutcome, Errands, Leased
from handrail.store.errors import StoreDown
from handrail.store.moment import iso
from handrail.store.notifications.protocol import Kind, Notification, Notifications
from handrail.tools.errands.limits import Limiter, MailLimits
from handrail.tools.errors import BackendDown
from handrail.tools.identity.step_up import StepUp
from handrail.tools.passwords.identity_provider import IdentityProvider
from handrail.tools.post.protocol import Letter, Post

log = structlog.get_logger("handrail")

LEASE = timedelta(minutes=2)
RUN_SECONDS = 20
FIRST_WAIT_SECONDS = 5
GIVE_UP_AFTER = timedelta(minutes=30)  # a link that comes later than this surprises more than helps


@dataclass(frozen=True)
class Rules:
    """What the policy of the moment says: the limits, who is VIP, and who is told of it."""

    limits: MailLimits
    is_vip: Callable[[Customer], bool]
    vip_queue: str
    care_queue: str


@dataclass(frozen=True)
class Runner:
    """Everything an errand may need. Nothing it does is seen in a conversation."""

    errands: Errands
    customers: Customers
    provider: IdentityProvider
    step_up: StepUp
    post: Post
    limiter: Limiter
    notifications: Notifications
    wording: Wording
    clock: Callable[[], datetime]

    async def work_off(self, rules: Rules) -> int:
        """Run what is due, one after the other; return how many. Raises StoreDown."""
        now = self.clock()
        due = await self.errands.due(iso(now), iso(now + LEASE))
        for leased in due:
            await self._run(leased, rules)
        return len(due)

    async def _run(self, leased: Leased, rules: Rules) -> None:
        async def in_time() -> tuple[ErrandOutcome, Customer | None]:
            async with asyncio.timeout(RUN_SECONDS):
                return await self._carry_out(leased, rules)

        # A fault in a provider is an attempt that failed: it must not keep the others waiting.
        (ended,) = await asyncio.gather(in_time(), return_exceptions=True)
        match ended:
            case (outcome, customer):
                await self._done(leased, outcome, customer, rules)
            case BackendDown() | StoreDown():
                await self._failed(leased, ended.what, rules)
            case TimeoutError():
                await self._failed(leased, f"Nothing was heard for {RUN_SECONDS} s", rules)
            case Exception():
                await self._failed(leased, f"It broke: {type(ended).__name__}", rules)
            case BaseException():
                raise ended

    async def _done(
        self, leased: Leased, outcome: ErrandOutcome, customer: Customer | None, rules: Rules
    ) -> None:
        await self.errands.done(leased, outcome, iso(self.clock()))
        log.info("errand", kind=leased.errand.kind, outcome=outcome, errand=leased.errand.id)
        if customer and (rules.is_vip(customer) or customer.locked):
            queue = rules.vip_queue if rules.is_vip(customer) else rules.care_queue
            about = {"customer_id": customer.id, "outcome": outcome, "locked": customer.locked}
            await self._tell(leased.errand, "account.attention", queue, **about)

    async def _carry_out(
        self, leased: Leased, rules: Rules
    ) -> tuple[ErrandOutcome, Customer | None]:
        errand, is_new = leased.errand, leased.attempts == 1  # trying again costs nobody anything
        customer = await self.customers.find(errand.identifier)
        account = customer.id if customer else email_key(errand.identifier)
        if is_new and not await self.limiter.allows(errand, account, rules.limits):
            return "limited", customer
        if errand.kind == "password_reset":
            named = customer.email if customer and errand.is_id else errand.identifier
            return await self.provider.send_reset(named, key=errand.id), customer
        # Made whether there is an account or not, so that a wrong code is wrong in either case.
        whose = customer.id if customer and not customer.locked else None
        code = await self.step_up.issue(errand.id, errand.thread_id, errand.asked_by, whose)
        if customer is None:
            return "no_account", None
        if customer.locked:
            return "locked", customer
        language = customer.locale[:2]
        await self.post.send(
            Letter(
                id=f"{errand.id}:{code}",
                address=customer.email,
                subject=self.wording.say("mail.code.subject", language),
                body=self.wording.say("mail.code.body", language, code=f"{code[:3]} {code[3:]}"),
            )
        )
        return "sent", customer

    async def _failed(self, leased: Leased, what: str, rules: Rules) -> None:
        """Try again a little later each time; after half an hour people are told instead."""
        now = self.clock()
        next_at = now + timedelta(seconds=FIRST_WAIT_SECONDS * 2 ** (leased.attempts - 1))
        over = datetime.fromisoformat(leased.errand.created_at) + GIVE_UP_AFTER
        given_up = next_at > over
        await self.errands.failed(leased, what, None if given_up else iso(next_at))
        log.warning("errand_failed", kind=leased.errand.kind, problem=what, given_up=given_up)
        if given_up:
            ours.meters.given_up.add(1, {names.ERRAND: leased.errand.kind})
            tried = f"{leased.attempts} times, last: {what}"
            await self._tell(leased.errand, "errand.failed", rules.care_queue, tried=tried)

    async def _tell(self, errand: Errand, kind: Kind, queue: str, **about: object) -> None:
        """Tell people behind the desk, in words of no customer."""
        payload = {"queue": queue, "errand": errand.kind, "thread_id": errand.thread_id, **about}
        await self.notifications.add(
            Notification(
                id=f"{kind}:{errand.id}",
                kind=kind,
                handoff_id="",
                created_at=iso(self.clock()),
                payload=payload,
            )
        )
