"""The parts of the bench, in the order in which they run. One line here adds one."""

from __future__ import annotations

from handrail.evals.bench import costs, growth, process, retrieval, turns
from handrail.evals.bench.part import Part

PARTS = [
    Part("turns", "A turn against an empty graph", turns.measure, turns.budgets),
    Part("process", "Start and memory of a process", process.measure, process.budgets),
    Part("growth", "A long conversation", growth.measure, growth.budgets, growth.curves),
    Part("decisions", "Decisions a second", costs.decisions),
    Part("telemetry", "What telemetry costs", costs.telemetry),
    Part("writers", "What the agent loop costs", costs.writers),
    Part("accounts", "Known and unknown accounts", costs.accounts, costs.account_budgets),
    Part(
        "retrieval", "Help centres by size", retrieval.measure, retrieval.budgets, retrieval.curves
    ),
]  # fmt: skip
