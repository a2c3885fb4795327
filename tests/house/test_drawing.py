"""The drawing is what we think it is, and the README shows the same."""

import re
from pathlib import Path

from handrail.graph.drawing import mermaid
from handrail.graph.graph import build_graph, graph
from handrail.graph.guards import GUARDS
from handrail.graph.routes import ALL_GUARDS

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = Path(__file__).with_name("drawing.mmd")


def test_the_drawing_is_the_snapshot():
    assert mermaid(graph) == SNAPSHOT.read_text(encoding="utf-8")


def test_the_readme_shows_the_drawing():
    shown = re.search(r"```mermaid\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert shown is not None
    assert shown.group(1).strip() == SNAPSHOT.read_text(encoding="utf-8").strip()


def test_the_drawing_shows_every_guard():
    drawn = mermaid(graph)
    assert list(GUARDS) == ALL_GUARDS
    for name in GUARDS:
        assert f"intake -.-> {name};" in drawn
        assert f"{name} --> triage;" in drawn


def test_the_exported_graph_brings_no_checkpointer_or_store():
    assert graph.checkpointer is None
    assert graph.store is None


def test_a_factory_takes_a_checkpointer():
    from langgraph.checkpoint.memory import InMemorySaver

    saver = InMemorySaver()
    assert build_graph(checkpointer=saver).checkpointer is saver
