"""The report is a page that stands by itself, with plots, figures and the worst mistakes."""

import json
import re

from handrail.evals.graders import grade_guard, grade_routing
from handrail.evals.report import worst, write_report


def made(route, topic=None, confidence=None, reasons=(), **fired):
    signals = {"legal": {"fired": fired.get("legal", False), "score": 0.9}}
    return {
        "route": route, "topic": topic, "confidence": confidence, "reasons": list(reasons),
        "signals": signals, "ms": 3.0,
    }  # fmt: skip


ROWS = [
    {"text": "where is it <b>", "label": "automate:order_status"},
    {"text": "sue", "label": "escalate:legal"},
    {"text": "a joke", "label": "escalate:out_of_scope"},
]
DECIDED = [
    made("automate", "order_status", 0.9),
    made("escalate", reasons=["legal"], legal=True),
    made("automate", "sizes", 0.8),
]


def test_the_worst_mistake_is_the_surest_wrong_answer():
    [mistake] = worst(ROWS, DECIDED)
    assert mistake["text"] == "a joke"
    assert mistake["decided"] == "automate:sizes"


def test_page_and_json(tmp_path):
    guard_rows = [{"text": "sue you", "label": 1}, {"text": "calm", "label": 0}]
    found = {
        "policy": "p-1", "heads": "h", "threshold": 0.7,
        "own_examples": {"n": 1, "ece": 0.0, "brier": 0.0, "aurc": 0.0},
        "routing": grade_routing(ROWS, DECIDED),
        "guards": {"legal": grade_guard("legal", guard_rows, [DECIDED[0], DECIDED[1]])},
        "retrieval": {"n": 1, "hit_at_1": {"all": 1.0}, "hit_at_3": {"all": 1.0}, "misses": []},
    }  # fmt: skip
    page = write_report(tmp_path, found, (ROWS, DECIDED)).read_text("utf-8")
    assert page.count("<svg") == 4
    assert "at 0.7:" in page
    assert "a joke" in page
    assert "sue you" in page, "a miss of the guard is shown"
    assert not re.search(r"<script|<link|src=|url\(http", page), "it needs nothing from elsewhere"
    assert json.loads((tmp_path / "eval.json").read_text("utf-8"))["routing"]["n"] == 3


def test_without_rows_there_is_still_a_page(tmp_path):
    found = {
        "policy": "p-1", "heads": "h", "threshold": 0.7,
        "own_examples": {"n": 1, "ece": 0.0, "brier": 0.0, "aurc": 0.0},
    }  # fmt: skip
    assert "Handrail: measured" in write_report(tmp_path, found, None).read_text("utf-8")
