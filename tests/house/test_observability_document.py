"""docs/observability.md names what the code tells: spans, attributes, metrics, settings, fields."""

import re
from pathlib import Path

from handrail.app import exporters
from handrail.models import telemetry_names as names
from handrail.models.message_parts import CAPTURE

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "observability.md").read_text("utf-8")
ONLY_ON_METRICS = {
    names.TOKEN_TYPE, names.REASON, names.QUEUE, names.PRIORITY, names.LIMIT, names.ERRAND,
}  # fmt: skip


def named_under(heading: str, column: int = 0) -> list[str]:
    """Return the first name in each row of the table whose head begins like this."""
    table = DOCUMENT.split(f"\n| {heading} |", 1)[1].split("\n\n", 1)[0]
    rows = [line.split("|")[1:-1] for line in table.splitlines()[2:]]
    return [re.findall(r"`([^`]+)`", row[column])[0] for row in rows]


def constants() -> set[str]:
    found = {value for name, value in vars(names).items() if name.isupper() and value}
    return {value for value in found if isinstance(value, str)}


def test_every_attribute_is_explained():
    attributes = {name for name in constants() if "." in name} - set(names.METRICS)
    assert set(named_under("attribute")) == attributes - ONLY_ON_METRICS
    for name in ONLY_ON_METRICS:
        assert f"`{name}`" in DOCUMENT


def test_every_span_is_explained():
    assert named_under("span") == list(names.SPANS)


def test_every_metric_is_explained():
    assert named_under("metric") == list(names.METRICS)


def test_every_variable_is_known_to_the_code_or_to_the_sdk():
    from opentelemetry import environment_variables as api
    from opentelemetry.sdk import environment_variables as sdk

    known = {name for module in (api, sdk) for name in dir(module) if name.startswith("OTEL_")}
    variables = set(named_under("variable"))
    assert CAPTURE in variables
    assert variables - {CAPTURE} <= known
    assert exporters.EXTRA.startswith("Install handrail[telemetry]")
    example = (ROOT / ".env.example").read_text("utf-8")
    for name in variables - {"OTEL_SDK_DISABLED"}:
        assert name in example, name


def test_the_fields_of_the_log_are_those_that_are_bound():
    source = (ROOT / "graph" / "node_span.py").read_text("utf-8")
    bound = re.findall(r'fields\["(\w+)"\]', source)
    assert named_under("field") == ["thread", "episode", *bound]


def test_the_names_are_those_of_the_conventions():
    from opentelemetry.semconv._incubating.attributes import error_attributes, gen_ai_attributes
    from opentelemetry.semconv._incubating.metrics import gen_ai_metrics

    known = {
        value
        for module in (gen_ai_attributes, error_attributes, gen_ai_metrics)
        for value in vars(module).values()
        if isinstance(value, str)
    }
    ours = {name for name in constants() if name.startswith(("gen_ai.", "error."))}
    assert ours
    assert ours <= known


def test_the_readme_leads_there():
    assert "(docs/observability.md)" in (ROOT / "README.md").read_text("utf-8")
