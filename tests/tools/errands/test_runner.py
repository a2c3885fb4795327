"""Errands: who gets what, how often, and what is told behind the desk."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handrail.store.customers.protocol import Customer
from handrail.store.errands.protocol import Errand
from handrail.store.notifications.memory import MemoryNotifications
from handrail.tools.errands.limits import MailLimits
from handrail.tools.errands.runner import Rules
from handrail.tools.errors import BackendDown
from tests.fake_services import FakePost, FakeProvider, fake_runner

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PEOPLE = {
    "ada": Customer("ada", "Ada", "ada@example.org", "fr", vip=False),
    "vip": Customer("vip", "Vip", "vip@example.org", "en", vip=True),
    "shut": Customer("shut", "Shut", "shut@example.org", "en", vip=False, locked=True),
}
RULES = Rules(
    limits=MailLimits("3 per hour", "5 per hour", "100 per hour"),
    is_vip=lambda customer: customer.vip,
    vip_queue="vip",
    care_queue="care",
)


class People:
    async def get(self, customer_id):
        return PEOPLE.get(customer_id)

    async def find(self, identifier):
        return next((c for c in PEOPLE.values() if identifier in {c.id, c.email}), None)


class Desk:
    def __init__(self) -> None:
        self.now = NOON
        self.notifications = MemoryNotifications()
        self.post, self.provider = FakePost(), FakeProvider()
        self.runner = fake_runner(
            self.notifications, customers=People(), post=self.post, provider=self.provider,
            clock=lambda: self.now,
        )  # fmt: skip
        self.left = 0

    async def ask(self, identifier="ada@example.org", kind="password_reset", thread="t-1", **more):
        self.left += 1
        facts = {
            "id": f"e-{self.left}", "kind": kind, "identifier": identifier, "is_id": False,
            "thread_id": thread, "asked_by": None, "language": "en",
            "created_at": self.now.isoformat(),
        }  # fmt: skip
        await self.runner.errands.add(Errand(**(facts | more)))

    async def run(self):
        await self.runner.work_off(RULES)
        return self.runner.errands.outcomes()

    async def told(self):
        sent = await self.notifications.due(["x"], "2027-01-01", "2027-01-02", 100)
        return [(it.notification.kind, it.notification.payload) for it in sent]


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_link_goes_by_the_provider_and_an_id_becomes_the_address(desk):
    await desk.ask()
    await desk.ask("ada", is_id=True)
    await desk.ask("nobody@example.org")
    assert await desk.run() == ["sent"] * 3  # what this provider says to whatever it gets
    assert desk.provider.asked == ["ada@example.org", "ada@example.org", "nobody@example.org"]
    assert await desk.told() == []


async def test_a_code_goes_to_the_address_on_file_in_the_owners_language(desk):
    await desk.ask(kind="one_time_code")
    assert await desk.run() == ["sent"]
    [letter] = desk.post.letters
    assert letter.address == "ada@example.org"
    assert letter.subject == "Votre code pour notre chat"
    code = re.search(r"(\d{3}) (\d{3})", letter.body)
    assert await desk.runner.step_up.prove("t-1", None, code[1] + code[2]) == "accepted"
    assert await desk.runner.step_up.proved("t-1", None) == "ada"


@pytest.mark.parametrize(
    ("who", "outcome"), [("no@example.org", "no_account"), ("shut@example.org", "locked")]
)
async def test_where_none_goes_out_a_guess_reads_the_same(desk, who, outcome):
    await desk.ask(who, kind="one_time_code")
    assert await desk.run() == [outcome]
    assert desk.post.letters == []
    guesses = [await desk.runner.step_up.prove("t-1", None, "000000") for _ in range(4)]
    assert guesses == ["wrong"] * 3 + ["too_many"]


@pytest.mark.parametrize(
    ("threads", "identifiers", "sent"),
    [
        (1, ["ada@example.org"], 3),
        (9, ["ada@example.org", "ada"], 3),  # however the account is named
        (1, ["a@x.org", "b@x.org", "c@x.org"], 5),
        (9, ["no@example.org"], 3),  # an unknown account counts alike
    ],
)
async def test_what_is_over_a_limit_is_not_sent(desk, threads, identifiers, sent):
    for number in range(9):
        name = identifiers[number % len(identifiers)]
        await desk.ask(name, thread=f"t-{number % threads}", is_id="@" not in name)
    outcomes = await desk.run()
    assert (outcomes.count("sent"), outcomes.count("limited")) == (sent, 9 - sent)


async def test_there_is_a_limit_over_all(desk):
    rules = replace(RULES, limits=MailLimits("9 per hour", "9 per hour", "4 per hour"))
    for number in range(6):
        await desk.ask(f"{number}@x.org", thread=f"t-{number}")
    await desk.runner.work_off(rules)
    assert desk.runner.errands.outcomes().count("limited") == 2


@pytest.mark.parametrize(
    ("who", "queue"), [("vip@example.org", "vip"), ("shut@example.org", "care")]
)
async def test_what_is_special_is_told_behind_the_desk(desk, who, queue):
    await desk.ask(who)
    await desk.run()
    [(kind, payload)] = await desk.told()
    assert (kind, payload["queue"], payload["errand"]) == (
        "account.attention", queue, "password_reset",
    )  # fmt: skip


async def test_a_backend_that_is_down_is_tried_again_and_then_people_are_told(desk):
    desk.post.problem = BackendDown("The mail server took no mail", "Check it.")
    await desk.ask(kind="one_time_code")
    runs = 0
    for _ in range(60):
        runs += await desk.runner.work_off(RULES)
        desk.now += timedelta(minutes=1)
    assert 5 <= runs <= 12
    assert await desk.runner.errands.pending() == 0
    [(kind, payload)] = await desk.told()
    assert kind == "errand.failed"
    assert "The mail server took no mail" in payload["tried"]
    assert "example.org" not in str(payload)


async def test_a_provider_that_breaks_holds_up_nobody(desk):
    class Broken(FakeProvider):
        async def send_reset(self, identifier, *, key):
            if identifier == "a@x.org":
                raise KeyError(identifier)
            return await super().send_reset(identifier, key=key)

    desk.runner = replace(desk.runner, provider=Broken())
    await desk.ask("a@x.org")
    await desk.ask("b@x.org")
    assert await desk.run() == [None, "sent"]
