"""The bench: its budgets, its report, and the help centres that it makes."""

import json
from dataclasses import replace

from rich.console import Console

from handrail.evals.bench import __main__ as command
from handrail.evals.bench.empty import empty_escalation, empty_graph
from handrail.evals.bench.part import Budget, Curve, Part
from handrail.evals.bench.passages import HEADINGS, questions, write_help_center
from handrail.graph.guards import GUARDS
from handrail.store.knowledge.filling import read_files


def test_a_budget_holds_up_to_the_most():
    assert Budget("turn", 3.0, 3.0).holds
    assert not Budget("turn", 3.01, 3.0).holds


async def test_a_budget_that_is_over_is_told_and_fails(tmp_path):
    async def measure(bench):
        return {"10": {"ms": 2.0}, "quick": bench.quick}

    part = Part(
        "turns", "Turns", measure, lambda found: [Budget("turn", found["10"]["ms"], 3.0)],
        lambda found: [Curve("Turns", "n", "ms", {"ours": [(10.0, found["10"]["ms"])]})],
    )  # fmt: skip
    over = replace(part, name="slow", budgets=lambda _: [Budget("slow", 9.0, 3.0)])
    out, parts = Console(quiet=True), [part, over]
    assert await command.run(out, ["turns"], quick=True, parts=parts, reports=tmp_path) == 0
    assert await command.run(out, [], quick=True, parts=parts, reports=tmp_path) == 1
    kept = json.loads((tmp_path / "bench.json").read_text())
    assert [row["stands"] for row in kept["budgets"]] == ["holds", "over"]
    assert kept["parts"]["turns"] == {"10": {"ms": 2.0}, "quick": True}
    assert "<svg" in (tmp_path / "bench.html").read_text()


def test_every_passage_of_a_made_help_centre_is_another_one(tmp_path):
    write_help_center(tmp_path / "articles", 4 * HEADINGS)
    read = read_files([tmp_path / "articles"])
    texts = {passage.text for passage, _ in read.passages.values()}
    assert len(texts) == len(read.passages) == 4 * HEADINGS
    assert len(set(questions(60))) == 60


def test_the_empty_graphs_have_the_shape_of_a_turn():
    assert {*GUARDS, "intake", "triage", "answer", "assess", "reply"} <= set(
        empty_graph(None).nodes
    )
    assert {*GUARDS, "intake", "triage", "escalate"} <= set(empty_escalation(None).nodes)
