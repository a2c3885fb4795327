"""Drafts of a model and traces of tools, for the tests of the grounding check."""

import yaml

from handrail.evals.grounded import FOLDER
from handrail.graph.opening import DEMO
from handrail.store.knowledge.documents import read_document

ORDERS = yaml.safe_load((FOLDER / "orders.yaml").read_text("utf-8"))


def passages(language, article):
    path = DEMO / "help_center" / language / f"{article}.md"
    return [{**passage.to_json(), "similarity": 0.5} for passage in read_document(path)]


def searched(found):
    return [{"tool": "search_help_center", "args": {}, "result": {"passages": found}}]


def trace_of(row):
    if "from" in row:
        return searched(passages(row.get("of", row["lang"]), row["from"]))
    if "order" in row:
        return [{"tool": "look_up_order", "args": {}, "result": ORDERS[row["order"]]}]
    if "mailed" in row:
        return [{"tool": row["mailed"], "args": {}, "result": {"outcome": "accepted"}}]
    return []


def draft(text, trace=(), topic="refund_policy", **more):
    return {
        "text": text, "topic": topic, "asked": None, "offered": [], "citations": [],
        "tools": list(trace), **more,
    }  # fmt: skip
