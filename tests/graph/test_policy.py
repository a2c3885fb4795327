from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import CapturingLogger

from handrail.graph import policy_file
from handrail.graph.hours import Hours
from handrail.graph.policy import Policy, Vip
from handrail.graph.policy_file import BadPolicy, PolicyFile, read_policy
from handrail.graph.services import LazyServices
from handrail.models.lexicon import read_lexicons
from handrail.store.customers.protocol import Customer
from tests.fake_services import fake_services

PARIS = ZoneInfo("Europe/Paris")


def test_the_wheel_works_without_a_file():
    assert read_policy(None).thresholds.confidence == 0.7


def test_the_shipped_policy_is_good():
    assert read_policy(__import__("pathlib").Path("policy.toml")).version == "fernhill-7"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('version = "x"\n[thresholds]\nconfidence = 1.7\n', 3, "less than or equal to 1"),
        ('version = "x"\n\n[threshold]\nconfidence = 0.7\n', 3, "unknown key"),
        ("[hours]\ntime_zone = 'Mars/Olympus'\n", 2, "no time zone"),
        ("[queues.legal]\nname = 'a'\n\n[queues.anger]\npriority = 'hot'\nname='b'\n", 5, "urgent"),
        ("[lexicons.legal]\nfires = ['fine', 'co(urt']\n", 2, "no regular expression"),
        ("[lexicons.legal]\nexcuses = [' ']\n", 2, "match everything"),
        ("[lexicons.vip]\nfires = ['me']\n", 1, "legal"),
        ("[vip]\ndomains = ['a.example']\n", 2, "unknown key"),
        ("[quality]\nminimum = 40\nreopen_rate = 10\n", 3, "less than or equal to 1"),
        ("[quality]\nminimum = 0\n", 2, "greater than or equal to 1"),
        ("[quality]\ncsat = 0.9\n", 2, "unknown key"),
        ("[queues.boredom]\nname = 'a'\n", 1, "legal"),
    ],
)
def test_a_wrong_policy_names_the_line(tmp_path, text, line, says):
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(BadPolicy) as problem:
        read_policy(path)
    assert f"policy.toml:{line}:" in str(problem.value)
    assert says in str(problem.value)


def test_broken_toml_and_missing_files_are_named(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("[thresholds\n")
    with pytest.raises(BadPolicy, match="line 1"):
        read_policy(path)
    with pytest.raises(BadPolicy, match="cannot be read"):
        read_policy(tmp_path / "none.toml")


def test_hours_know_when_people_are_there():
    hours = Hours()
    assert hours.is_open(datetime(2026, 11, 23, 9, 0, tzinfo=PARIS))
    assert not hours.is_open(datetime(2026, 11, 23, 8, 59, tzinfo=PARIS))
    assert not hours.is_open(datetime(2026, 11, 23, 18, 0, tzinfo=PARIS))
    assert not hours.is_open(datetime(2026, 11, 22, 12, 0, tzinfo=PARIS))


def test_the_next_opening_skips_the_weekend():
    friday = datetime(2026, 11, 20, 19, 0, tzinfo=PARIS)
    assert Hours().opens_at(friday) == datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)
    assert Hours(days=[]).opens_at(friday) is None


def test_the_shipped_bars_are_the_defaults():
    assert read_policy(__import__("pathlib").Path("policy.toml")).quality == Policy().quality


def test_a_queue_left_out_keeps_its_default():
    assert Policy(queues={}).queue("legal").name == "compliance"


ANA = Customer("cus_ana", "Ana", "ana@Big.example", "es", vip=False)


@pytest.mark.parametrize(
    ("rule", "covered"),
    [
        ({}, False),
        ({"customers": ["cus_ana"]}, True),
        ({"customers": ["cus_an"]}, False),
        ({"email_domains": ["big.example"]}, True),
        ({"email_domains": ["@BIG.example"]}, True),
        ({"email_domains": ["example"]}, False),
        ({"account_managed": True}, False),
    ],
)
def test_who_is_vip_by_the_rule(rule, covered):
    assert Vip(**rule).covers(ANA) is covered
    assert Vip(**rule).covers(replace(ANA, vip=True))


def test_the_account_managed_are_vip_where_the_policy_says_so():
    managed = replace(ANA, account_manager="Noor")
    assert Vip(account_managed=True).covers(managed)
    assert not Vip().covers(managed)


def test_a_company_adds_its_own_words():
    words = {"legal": {"fires": ["fernhill tribunal"], "excuses": ["barrister desks?"]}}
    lexicon = read_lexicons(Policy(lexicons=words).expressions())["legal"]
    assert lexicon.find_own("off to the Fernhill Tribunal then") == ["Fernhill Tribunal"]
    assert not lexicon.find_own("fernhill tribunals")
    assert lexicon.find("my barrister told me")
    assert not lexicon.find("are my barrister desks in stock")


async def test_a_changed_file_is_in_force_and_a_mistake_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(policy_file, "LOOK_EVERY", 0.0)
    path = tmp_path / "policy.toml"
    path.write_text('version = "one"\n')
    services = replace(fake_services(), policy=read_policy(path), policy_file=PolicyFile(path))
    lazy = LazyServices(lambda: services)
    assert (await lazy.latest()).policy.version == "one"
    path.write_text('version = "two"\n[lexicons.legal]\nfires = ["zounds"]\n')
    changed = await lazy.latest()
    assert changed.policy.version == "two"
    assert changed.lexicons["legal"].find_own("zounds!") == ["zounds"]
    logs = CapturingLogger()
    monkeypatch.setattr(policy_file, "log", logs)
    path.write_text('version = "three"\n[thresholds]\nlegal = 7\n')
    assert (await lazy.latest()).policy.version == "two"
    assert (await lazy.latest()).policy.version == "two"
    path.unlink()
    assert (await lazy.latest()).policy.version == "two"
    said = [call.kwargs["problem"] for call in logs.calls]
    assert ["policy.toml:3" in problem for problem in said] == [True, False]
    path.write_text('version = "four"\n')
    assert (await lazy.get()).policy.version == "two"
    assert (await lazy.latest()).policy.version == "four"
