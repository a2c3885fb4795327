from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handrail.graph.policy import BadPolicy, Hours, Policy, read_policy

PARIS = ZoneInfo("Europe/Paris")


def test_the_wheel_works_without_a_file():
    assert read_policy(None).thresholds.confidence == 0.7


def test_the_shipped_policy_is_good():
    assert read_policy(__import__("pathlib").Path("policy.toml")).version == "fernhill-2"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('version = "x"\n[thresholds]\nconfidence = 1.7\n', 3, "less than or equal to 1"),
        ('version = "x"\n\n[threshold]\nconfidence = 0.7\n', 3, "unknown key"),
        ("[hours]\ntime_zone = 'Mars/Olympus'\n", 2, "no time zone"),
        ("[queues.legal]\nname = 'a'\n\n[queues.anger]\npriority = 'hot'\nname='b'\n", 5, "urgent"),
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


def test_a_queue_left_out_keeps_its_default():
    assert Policy(queues={}).queue("legal").name == "compliance"
