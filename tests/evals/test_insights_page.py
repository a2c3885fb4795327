"""Insights as a page, a table, JSON and in the terminal; what is withheld says why in each."""

import csv
import io
import json
import re

import pytest
from rich.console import Console

from handrail.evals import plots
from handrail.evals.facts import TurnFact
from handrail.evals.insights import Bars, ReviewFact, as_json, insights
from handrail.evals.insights_page import COLUMNS, page, rows, table, write_insights
from handrail.evals.insights_table import show_insights
from tests.evals.test_insights import LOW, NOW, episode, found, full, handoff, passing

WITHHELD = found(*passing(3), bars=Bars(), minimum=30)
SHOWN = found(*full(), bars=LOW)


def in_terminal(shown):
    out = Console(file=io.StringIO(), width=140)
    show_insights(out, shown)
    return out.file.getvalue()


def cells(shown):
    return list(csv.DictReader(io.StringIO(table(shown), newline="")))


@pytest.mark.parametrize(
    "formats",
    [("html", "csv", "json"), ("json",), (), {"csv", "html"}],
    ids=lambda formats: ",".join(sorted(formats)) or "none",
)
def test_only_what_was_asked_for_is_written(tmp_path, formats):
    written = write_insights(tmp_path / "new" / "folder", SHOWN, formats=formats)
    assert {path.name for path in written} == {f"insights.{name}" for name in formats}
    assert all(path.stat().st_size for path in written)
    assert set((tmp_path / "new" / "folder").iterdir()) == set(written)


def test_the_page_stands_by_itself_and_shows_each_path():
    text = page(SHOWN)
    assert text.count("<svg") == 2
    assert not re.search(r"<script|<link|src=|url\(http", text), "it needs nothing from elsewhere"
    for words in ("CSAT, AI<", "CSAT, person<", "CSAT, AI, then a person<"):
        assert words in text
    assert "36 durably AI-resolved of 44" in text
    assert "anger" in text


def test_the_page_says_what_is_missing():
    text = page(WITHHELD)
    assert "Deflection is withheld until these hold" in text
    for reason in WITHHELD.deflection.withheld:
        assert f"<li>{reason}</li>" in text
    assert text.count("withheld</b>") == 4
    assert "durably AI-resolved" not in text


def test_without_data_there_is_still_a_page():
    text = page(found(bars=Bars(), minimum=30))
    assert "0 of at least 30 ratings" in text
    assert "Handed over" not in text


def test_without_matplotlib_there_is_a_page_without_plots(monkeypatch):
    monkeypatch.setattr(plots, "can_draw", lambda: False)
    text = page(SHOWN)
    assert "<svg" not in text
    assert "Plots need matplotlib" in text
    assert "36 durably AI-resolved of 44" in text


def test_the_page_escapes_what_the_host_sends():
    sly = "<script>alert(1)</script>"
    shown = found([episode(channel=sly)], [handoff(queue=sly, reasons=(sly,))])
    assert "<script" not in page(shown)


def test_a_reason_with_signs_of_mathematics_is_drawn_as_it_is():
    assert page(found(handoffs=[handoff(reasons=("$\\frac{$",))])).count("<svg") == 2


def test_the_page_names_its_period():
    shown = insights([], [], [], LOW, NOW, minimum_ratings=1, since="2026-01-01")
    assert "from 2026-01-01" in page(shown)
    assert "at any time" in page(SHOWN)


def test_the_table_is_tidy_and_says_why_a_value_is_missing():
    told = cells(WITHHELD)
    assert tuple(told[0]) == COLUMNS
    places = [(row["section"], row["name"], row["measure"]) for row in told]
    assert len(places) == len(set(places))
    by_place = dict(zip(places, told, strict=True))
    ai = by_place["csat", "ai", "rated_4_or_5"]
    assert (ai["value"], ai["n"], ai["withheld"]) == ("", "3", "3 of at least 30 ratings")
    deflected = by_place["deflection", "ai", "share"]
    assert (deflected["value"], deflected["n"]) == ("", "")
    assert "AI CSAT: 3 of at least 30 ratings; " in deflected["withheld"]
    assert by_place["queues", "care", "median_minutes"]["value"] == "30.0"


def test_the_table_holds_the_figures():
    by_place = {(r["section"], r["name"], r["measure"]): r for r in cells(SHOWN)}
    assert float(by_place["deflection", "ai", "share"]["value"]) == SHOWN.deflection.value
    assert by_place["deflection", "ai", "share"]["n"] == "44"
    assert by_place["deflection", "ai", "durable_ai_resolved"]["value"] == "36"
    assert float(by_place["quality", "reopened", "share"]["high"]) == SHOWN.quality["reopened"].high
    assert by_place["channels", "chat", "episodes_begun"]["value"] == "44"


def test_risk_is_in_each_form_and_withheld_with_how_to_mend_it():
    turns = [TurnFact(f"a{i}:1", "answered", 0.9 if i % 2 else 0.75) for i in range(40)]
    shown = found(*full(), bars=Bars(), minimum=30, turns=turns)
    by_place = {(r["section"], r["name"], r["measure"]): r for r in cells(shown)}
    assert by_place["risk_coverage", "0.7", "risk"]["value"] == "0.1"
    assert by_place["risk_coverage", "0.9", "coverage"]["value"] == "0.5"
    assert by_place["risk_coverage", "0.9", "risk"]["withheld"].startswith("20 of at least 30")
    assert by_place["confidence", "0.75 to 0.80", "answered"]["value"] == "20"
    assert "Of 40 reviewed conversations" in page(shown)
    assert "Risk at confidence 0.7: 10.0 % wrong (4.0 % to 23.1 %), n = 40" in in_terminal(shown)
    assert "handrail audit sample" in page(WITHHELD)
    assert "withheld, 0 of at least 30 reviewed conversations" in in_terminal(WITHHELD)


def test_a_spreadsheet_runs_nothing_that_the_host_sends():
    [row] = [r for r in cells(found([episode(channel="=1+1")])) if r["section"] == "channels"]
    assert row["name"] == "'=1+1"


def test_the_csv_has_its_own_line_ends(tmp_path):
    [path] = write_insights(tmp_path, SHOWN, formats=["csv"])
    text = path.read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n") == len(list(rows(SHOWN))) + 1


def test_the_json_is_the_insights(tmp_path):
    [path] = write_insights(tmp_path, SHOWN, formats=["json"])
    assert json.loads(path.read_text("utf-8")) == as_json(SHOWN)


def test_the_terminal_shows_deflection_with_its_denominator():
    text = in_terminal(SHOWN)
    assert "36 durably AI-resolved of 44 begun by customers" in text
    assert "ai_then_human" in text
    assert "anger" in text


def test_the_terminal_says_why_deflection_is_withheld():
    text = in_terminal(WITHHELD)
    after = text[text.index("Deflection: withheld") :].splitlines()
    assert [line.strip() for line in after[1:]] == list(WITHHELD.deflection.withheld)
    assert "not enough data" in text


def test_the_terminal_says_which_bar_was_missed():
    text = in_terminal(found(*full(), bars=Bars(30, 0.0, 0.05, 1.0, 1.0)))
    assert "Reopen rate: between 4 % and 23 %, the bar is 5 %" in text
    assert re.search(r"Reopen rate .*at most 5 % │ no", text)


def test_the_terminal_shows_brackets_as_they_are():
    assert "[red]x[/red]" in in_terminal(found(handoffs=[handoff(reasons=("[red]x[/red]",))]))


@pytest.mark.parametrize("shown", [SHOWN, WITHHELD], ids=["shown", "withheld"])
def test_no_row_or_line_adds_up_the_paths(shown):
    names = {row[1] for row in rows(shown) if row[0] in {"csat", "durable"}}
    assert names == {"ai", "human", "ai_then_human"}
    for text in (page(shown), table(shown), in_terminal(shown)):
        assert not re.search(r"\b(total|overall|all paths|combined)\b", text, re.IGNORECASE)


def test_a_review_of_a_person_is_nowhere():
    shown = found([episode(path="human")], reviews=[ReviewFact("t:1", "wrong")])
    assert shown.quality["wrong_answers"].n == 0
