"""The dashboard and the alerts name metrics, labels and units that the code has."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from handrail.app.waiting import GAUGES
from handrail.models import telemetry_names as names
from handrail.models.meters import Meters

OPS = Path(__file__).resolve().parents[2] / "docs" / "ops"
ALERTS = [
    rule
    for group in yaml.safe_load((OPS / "alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((OPS / "dashboard.json").read_text("utf-8"))
FROM_PROMETHEUS = {"le", "instance"}


def units() -> dict[str, tuple[str, str]]:
    """Return the unit and the kind of each metric that the code makes."""
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    made = Meters.of(provider.get_meter("handrail"))
    for instrument in vars(made).values():
        (instrument.add if hasattr(instrument, "add") else instrument.record)(1)
    (resource,) = reader.get_metrics_data().resource_metrics
    (scope,) = resource.scope_metrics
    provider.shutdown()
    found = {}
    for metric in scope.metrics:
        kind = type(metric.data).__name__
        counts = kind == "Sum" and metric.data.is_monotonic
        found[metric.name] = (metric.unit, "counter" if counts else kind)
    return found | {name: (unit, "Gauge") for name, (unit, _) in GAUGES.items()}


def exported() -> set[str]:
    """Return the names that a collector's Prometheus exporter gives."""
    told = set()
    for name, (unit, kind) in units().items():
        base = name.replace(".", "_") + ("_seconds" if unit == "s" else "")
        if kind == "counter":
            told.add(f"{base}_total")
        elif kind == "Histogram":
            told |= {f"{base}_{part}" for part in ("bucket", "sum", "count")}
        else:
            told.add(base)
    return told


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in ALERTS)
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_every_metric_is_made_by_the_code():
    assert set(units()) == set(names.METRICS)
    named = {
        name
        for expression in expressions()
        for name in re.findall(r"\b(?:handrail|gen_ai)_\w+(?=[\[{)]| *$)", expression)
        if not re.search(rf"\([^()]*\b{name}\b[^()]*\) \(", expression)
    }
    assert len(named) > 15
    assert named <= exported()


def test_every_label_is_one_that_the_code_sets():
    known = {
        value.replace(".", "_")
        for name, value in vars(names).items()
        if name.isupper() and isinstance(value, str)
    }
    for expression in expressions():
        labels = set(re.findall(r"(\w+)(?:!=|=~|=)\"", expression))
        for group in re.findall(r"by \(([^)]*)\)", expression):
            labels |= {label.strip() for label in group.split(",")}
        assert labels <= known | FROM_PROMETHEUS, expression


def test_every_alert_leads_to_its_own_place_in_the_runbook():
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS)
    for rule in ALERTS:
        anchor = rule["annotations"]["runbook_url"]
        assert anchor == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"page", "warn"}
        assert rule["annotations"]["summary"]


def test_every_panel_has_a_place_and_no_two_the_same():
    places = [tuple(panel["gridPos"].values()) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
