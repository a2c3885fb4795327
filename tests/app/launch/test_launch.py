"""handrail doctor --launch names what is missing before customers come, and what to mend."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from handrail.app.launch.answers import answers_ready
from handrail.app.launch.measuring import THREAD, measured
from handrail.app.launch.people import people_ready
from handrail.graph.policy import Policy, Queue, Reason
from handrail.graph.settings import Settings
from handrail.models import confidence
from handrail.models.heads import Calibration
from handrail.store.errors import StoreDown
from tests.fake_services import fake_services

OWNED = Policy(queues={reason: Queue(name="care", owner="Ines") for reason in get_args(Reason)})
MAILED = {reason: Queue(name="care", emails=["care@shop.example"]) for reason in get_args(Reason)}
READY = {
    "webhook_url": "https://desk.example", "webhook_secret": "whsec_x", "jwt_secret": "x",
    "desk_token_url": "https://desk.example/token",
}  # fmt: skip


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


def to_mend(found: Any) -> list[str]:
    return [finding.what for finding in found if finding.mend]


def test_with_people_for_every_reason_nothing_is_missing() -> None:
    assert to_mend(people_ready(settings(**READY), OWNED)) == []
    mail = {"smtp_url": "smtp://127.0.0.1", "mail_from": "a@shop.example", "slack_bot_token": "x"}
    mailed = settings(**mail, slack_desk="C1")
    assert to_mend(people_ready(mailed, Policy(queues=MAILED))) == []


@pytest.mark.parametrize(
    ("given", "policy", "missing"),
    [
        ({}, OWNED, ["notified", "desk"]),
        ({**READY, "webhook_secret": None}, OWNED, ["notified"]),
        ({**READY, "jwt_secret": None}, OWNED, ["desk"]),
        (READY, Policy(), ["owners"]),
        (READY, Policy(queues={**OWNED.queues, "legal": Queue(name="compliance")}), ["owners"]),
    ],
)
def test_without_somebody_it_says_who(given: dict, policy: Policy, missing: list[str]) -> None:
    assert to_mend(people_ready(settings(**given), policy)) == missing


def test_the_reasons_without_an_owner_are_named() -> None:
    policy = Policy(queues={**OWNED.queues, "vip": Queue(name="vip")})
    found = next(iter(people_ready(settings(), policy)))
    assert found.state == "nobody owns what comes in for vip"


async def test_surveys_audit_bars_and_a_collector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    house = fake_services()
    assert to_mend(await measured(settings(), house)) == ["surveys", "quality bars", "collector"]
    assert [row.action for row in await house.audit.list(THREAD)] == ["launch_check"]
    (tmp_path / "policy.toml").write_text("[quality]\nminimum = 40\n")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    assert to_mend(await measured(settings(public_url="https://s.example"), house)) == []


class Down:
    async def record(self, event: object) -> None:
        raise StoreDown("The database cannot be reached", "Start it.")


async def test_an_audit_trail_that_cannot_be_written_is_named() -> None:
    found = await measured(settings(), replace(fake_services(), audit=Down()))
    assert "audit" in to_mend(found)


@pytest.mark.parametrize(
    ("rows", "days", "fresh"), [(200, 90, True), (199, 1, False), (900, 91, False)]
)
async def test_calibration_must_be_fresh_and_on_enough(
    real_services: Any, tmp_path: Path, rows: int, days: int, fresh: bool
) -> None:
    fitted = Calibration(np.zeros(5), 3.0, rows, 0.05, 0.1, 0.1)
    confidence.save(fitted, tmp_path / "models", real_services.heads.digest)
    house = replace(real_services, answers=fitted)
    later = datetime.now(UTC) + timedelta(days=days, minutes=1)
    given = settings(data=tmp_path, company="none", smtp_url="smtp://127.0.0.1")
    found = await answers_ready(given, house, later)
    assert to_mend(found) == ([] if fresh else ["calibration"])
    assert "with citations" in found[0].state


async def test_without_any_of_it_all_is_named(real_services: Any, tmp_path: Path) -> None:
    found = await answers_ready(settings(data=tmp_path), real_services, datetime.now(UTC))
    assert to_mend(found) == ["calibration", "company", "mails"]
