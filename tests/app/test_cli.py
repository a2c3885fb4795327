"""The commands: what they print, what they write, and what they say to bad input."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUARDS = {"sentiment", "legal", "vip", "account_closure", "human_request", "injection"}


@pytest.fixture(scope="module")
def data(tmp_path_factory, trained):
    return trained(tmp_path_factory.mktemp("data"))


def run(data, *args, stdin="", **env):
    command = [str(Path(sys.executable).parent / "handrail"), *map(str, args)]
    environment = {**os.environ, "HANDRAIL_DATA": str(data), "COLUMNS": "200", **env}
    return subprocess.run(
        command, cwd=ROOT, env=environment, input=stdin, capture_output=True, text=True, timeout=200,
        check=False,
    )  # fmt: skip


def rows(path, *given):
    path.write_text("".join(json.dumps(row) + "\n" for row in given), encoding="utf-8")
    return path


def test_demo_plays_every_conversation_as_expected(data):
    done = run(data, "demo")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "not as expected" not in done.stdout
    assert done.stdout.count("silent: a person owns this") >= 5
    assert "CSAT by path" in done.stdout
    assert "Deflection: withheld" in done.stdout
    assert "of at least 30 reviews" in done.stdout


def test_replay_writes_the_contract(data, tmp_path):
    source = rows(
        tmp_path / "in.jsonl",
        {"text": "what is your refund policy?", "label": "ignored"},
        {"id": "b", "text": "where is my parcel FH-10421"},
        {"id": "c", "turns": [
            {"role": "customer", "text": "where is my order"},
            {"role": "ai", "text": "Which order is it?"},
            {"role": "customer", "text": "I'll let my lawyer ask you that"},
        ]},
        {"id": "d", "text": "hello there", "customer_id": "cus_ben", "locale": "en"},
        {"id": "e", "text": "   "},
    )  # fmt: skip
    out = tmp_path / "new" / "out.jsonl"
    done = run(data, "replay", source, "--out", out)
    assert done.returncode == 0, done.stderr
    made = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["id"] for row in made] == ["row-0", "b", "c", "d", "e"]
    for row in made:
        assert set(row) == {
            "id", "route", "topic", "reasons", "confidence", "signals", "reply", "citations", "ms",
        }  # fmt: skip
        assert set(row["signals"]) == GUARDS
        assert row["reply"].strip()
    assert (made[0]["route"], made[0]["topic"]) == ("automate", "refund_policy")
    assert made[0]["citations"][0]["quote"] in " ".join(made[0]["reply"].split())
    assert (made[1]["route"], made[1]["topic"]) == ("automate", "order_status")
    assert made[2]["reasons"][0] == "legal"
    assert made[3]["reasons"] == ["vip"]


def test_replay_has_no_side_effects(data, tmp_path):
    source = rows(tmp_path / "in.jsonl", {"text": "reset my password for ana.ruiz@example.com"},
                  {"text": "I want to speak to a person"})  # fmt: skip
    before = dump(data)
    run(data, "replay", source, "--out", tmp_path / "out.jsonl")
    assert dump(data) == before


def dump(data):
    import sqlite3

    path = data / "handrail.db"
    tables = ("handoffs", "audit", "errands", "reset_requests", "csat", "review_conversations")
    if not path.exists():
        return dict.fromkeys(tables, 0)
    with sqlite3.connect(path) as db:
        return {t: db.execute(f"select count(*) from {t}").fetchone()[0] for t in tables}  # noqa: S608


def test_compare_prints_what_another_policy_changes(data, tmp_path):
    stricter = tmp_path / "other.toml"
    stricter.write_text('version = "strict"\n[thresholds]\nconfidence = 1.0\n')
    source = rows(tmp_path / "in.jsonl", {"text": "what is your refund policy?"})
    done = run(data, "replay", source, "--out", tmp_path / "o.jsonl", "--compare", stricter)
    assert "low_confidence: 1 more, 0 fewer" in done.stdout
    said = " ".join(done.stdout.split())
    assert "Under strict, 1 more and 0 fewer conversations reach a person" in said
    assert "+6 minutes" in said


@pytest.mark.parametrize(
    ("args", "env", "says"),
    [
        (["replay", "no-such.jsonl", "--out", "x"], {}, "cannot be read"),
        (["ingest", "no-such-folder"], {}, "no such file or folder"),
        (["chat", "--customer", "cus_nobody"], {}, "no customer has the id 'cus_nobody'"),
        (["report", "--since", "March"], {}, "'March' is no date; write 2026-03-01"),
        (["report", "--since", "2026-03-02", "--until", "2026-03-02"], {}, "is not before --until"),
        (["report", "--format", "html,pdf"], {}, "choose from html,csv,json"),
        (["audit", "verdict", "t:1", "right", "--by", "Ada"], {}, "'t:1' was not picked"),
        (["audit", "verdict", "t:1", "maybe", "--by", "Ada"], {}, "'right', 'wrong'"),
        (["audit", "verdict", "t:1", "right"], {}, "Missing option '--by'"),
        (["audit", "sample", "--size", "0"], {}, "greater than or equal to 1"),
        (["doctor"], {"HANDRAIL_POLICY": "no-such.toml"}, "cannot be read"),
        (["chat"], {"DATABASE_URL": "sqlite:////proc/none/handrail.db"}, "/proc/none"),
    ],
)
def test_bad_input_is_a_sentence_and_not_a_trace(data, args, env, says):
    done = run(data, *args, **env)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    assert says in " ".join((done.stdout + done.stderr).split())


def test_a_broken_policy_names_its_line(data, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text("[thresholds]\nconfidence = 2\n")
    done = run(data, "chat", HANDRAIL_POLICY=str(policy))
    assert done.returncode == 2
    assert "policy.toml:2:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("env", "code", "said"),
    [
        ({}, 0, "no server starts yet"),
        ({"HANDRAIL_DEV": "1"}, 0, "whoever is on this machine"),
        ({"HANDRAIL_JWT_SECRET": "s" * 32}, 0, "tokens signed with HANDRAIL_JWT_SECRET"),
        ({"HANDRAIL_JWT_SECRET": "short"}, 1, "32 bytes"),
    ],
)
def test_doctor_says_who_may_use_the_server(data, env, code, said):
    done = run(data, "doctor", **env)
    assert done.returncode == code, done.stdout
    assert said in done.stdout


def test_doctor_is_content_with_the_defaults(data):
    done = run(data, "doctor")
    assert done.returncode == 0, done.stdout
    assert "fernhill-7" in done.stdout
    assert "passages" in done.stdout


def test_chat_answers_and_ends_at_an_empty_line(data):
    done = run(data, "chat", "--customer", "cus_ana", "--explain", stdin="where is FH-10421?\n\n")
    assert done.returncode == 0, done.stderr
    assert "FH-10421" in done.stdout
    assert "automate" in done.stdout


def test_a_chat_that_ends_in_thanks_is_reported_sampled_and_judged(data, tmp_path):
    spoken = "what is your refund policy?\nGreat, thank you!\n\n"
    assert run(data, "chat", stdin=spoken).returncode == 0
    sampled = run(data, "audit", "sample", "--size", "1", "--seed", "s", "--reviewer", "Ada")
    assert sampled.returncode == 0, sampled.stderr
    assert "what is your refund policy?" in sampled.stdout
    key = next(word for word in sampled.stdout.split() if word.endswith(":1"))
    judged = run(data, "audit", "verdict", key, "right", "--by", "Ada", "--note", "as it says")
    assert f"{key} is right by Ada." in judged.stdout
    assert "as it says" in run(data, "audit", "list").stdout
    shown = run(data, "report", "--out", tmp_path / "r", "--format", "csv,html")
    assert shown.returncode == 0, shown.stderr
    assert "Wrong answers: 1 of at least 30 reviews" in shown.stdout
    assert {path.name for path in (tmp_path / "r").iterdir()} == {"insights.csv", "insights.html"}


def test_ingest_counts_what_changed(tmp_path, trained):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.md").write_text("# Opening hours\n\nWe are open from nine to five.\n")
    (folder / "bad.md").write_bytes(b"\xff\xfe\x00")
    data = trained(tmp_path / "data")
    first = run(data, "ingest", folder)
    assert "added 1" in first.stdout
    assert "bad.md" in first.stderr
    assert "unchanged 1" in run(data, "ingest", folder).stdout


def test_a_corrupt_help_centre_is_no_trace_and_is_left_alone(tmp_path, trained):
    broken = trained(tmp_path / "data") / "chroma"
    shutil.rmtree(broken)
    broken.mkdir()
    (broken / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    done = run(tmp_path / "data", "chat", stdin="what is your refund policy?\n\n")
    assert done.returncode == 0
    assert "Traceback" not in done.stdout + done.stderr
    assert (broken / "chroma.sqlite3").read_bytes() == b"not a database" * 100
    doctor = run(tmp_path / "data", "doctor")
    assert doctor.returncode == 1
    assert "chroma" in doctor.stdout
