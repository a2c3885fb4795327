"""docs/handoff.md says what the code does: stages, refusals, kinds, numbers, fields."""

import re
from pathlib import Path
from typing import get_args

from handrail.app.notify import delivery, webhook
from handrail.app.routes import acts
from handrail.app.routes.models import PacketView
from handrail.graph.policy import Policy
from handrail.store.handoffs.ownership import NEXT, Act, Stage, Status
from handrail.store.notifications.protocol import Kind
from handrail.tools import signing

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "handoff.md").read_text("utf-8")
NOT_THE_DESKS = {"agui.py",
    "insights.py", "csat.py", "surveys.py", "visitors.py", "pages.py", "widget.py",
    "conversations.py", "live.py", "trails.py", "channels.py", "customers.py",
}  # fmt: skip


def rows_under(heading: str) -> list[list[str]]:
    """Return the cells of the first table whose head begins like this."""
    table = DOCUMENT.split(f"\n| {heading} |", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]


def names_in(cell: str) -> list[str]:
    return re.findall(r"`(\w[\w.]*)`", cell)


def states() -> str:
    stages = get_args(Stage)
    lines = [f"| act | {' | '.join(stages)} |", f"|---|{'---|' * len(stages)}"]
    for act in get_args(Act):
        cells = " | ".join(NEXT.get((stage, act), "") for stage in stages)
        lines.append(f"| `{act}` | {cells} |")
    return "\n".join(lines)


def test_the_state_table_is_the_machine():
    shown = re.search(r"<!-- states: .*? -->\n(.*?)\n<!-- /states -->", DOCUMENT, re.DOTALL)
    assert shown is not None
    assert shown.group(1) == states(), f"put this between the comments:\n{states()}"


def test_every_status_is_named():
    (cell,) = [cells[1] for cells in rows_under("field") if cells[0] == "`status`"]
    assert set(names_in(cell)) == set(get_args(Status))


def test_the_refusals_are_those_of_the_routes():
    shown = {names_in(cells[0])[0]: int(cells[1]) for cells in rows_under("code")}
    files = [path for path in (ROOT / "app").rglob("*.py") if path.name not in NOT_THE_DESKS]
    found = {
        kind: int(status)
        for path in files
        for status, kind in re.findall(r"Problem\(\s*(\d+),\s*\"(\w+)\"", path.read_text("utf-8"))
    }
    codes = [*acts.CONFLICTS, *acts.UNUSABLE, acts.NOT_ALLOWED, "claimed_by:ines"]
    of_the_graph = {kind_of(problem): problem.status for problem in map(acts.refusal, codes)}
    assert shown == {**found, **of_the_graph}


def kind_of(problem) -> str:
    return problem.body["type"].rpartition(":")[2]


def test_every_kind_of_notification_is_told_of():
    assert [names_in(cells[0])[0] for cells in rows_under("kind")] == list(get_args(Kind))


def test_every_field_of_the_packet_is_explained():
    explained = [name for cells in rows_under("field") for name in names_in(cells[0])]
    assert sorted(explained) == sorted(PacketView.model_fields)


def test_the_numbers_are_those_in_force():
    policy, words = Policy(), " ".join(DOCUMENT.split())
    for said in (
        f"{delivery.MOST_ATTEMPTS} attempts",
        f"{delivery.BASE_SECONDS} · 2^(n-1) seconds",
        f"2xx within {webhook.TIMEOUT_SECONDS:.0f} seconds",
        f"older than {signing.verify.__defaults__[0]} seconds",
        f"unowned_minutes` ({policy.alarms.unowned_minutes:.0f})",
        f"waiting_minutes` ({policy.alarms.waiting_minutes:.0f})",
        f"holding_note_minutes` ({policy.limits.holding_note_minutes:.0f})",
        f"days` ({policy.survey.days})",
    ):
        assert said in words, said
    assert delivery.CAP_SECONDS == webhook.LONGEST_WAIT == 3600
    assert delivery.LEASE.total_seconds() == 60
    assert {404, 410} == webhook.NOBODY_THERE
    assert delivery.SIDE_BY_SIDE == 4


def test_what_it_names_is_there():
    for path in re.findall(r"`((?:docs|tests|store|app|graph)/[\w/.]+\.py)`", DOCUMENT):
        assert (ROOT / path).is_file(), path
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", DOCUMENT):
        assert (ROOT / "docs" / link).is_file(), link
    assert "```python" not in DOCUMENT  # code stands in example_desk.py, which a test runs
    assert "(docs/handoff.md)" in (ROOT / "README.md").read_text("utf-8")
