"""What leaves by OTLP: caught by a receiver on loopback, from a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider

from handrail.app.exporters import EXTRA
from handrail.app.telemetry import is_unset, open_telemetry, wanted_exporter
from handrail.graph.settings import Settings
from handrail.tools.errors import BadSettings
from tests.loopback import Reply, serving

TURN = "invoke_agent handrail"
CARD = "4242 4242 4242 4242"
# A visitor, who proves who they are with a one-time code and later wants a person.
TALK = [
    "Where is my order FH-10421?",
    "ana@example.com",
    "{code}",
    f"I paid with {CARD}, what is your refund policy?",
    "I cannot log in, please reset the password of ana@example.com",
    "Call me at +1 415 555 0132, I want to speak to a person",
    "Hello? My e-mail is ana@example.com",
]
RUN = """
    import asyncio, json, os, re, sys
    from pathlib import Path

    import httpx
    import structlog
    from langchain_core.messages import HumanMessage
    from langgraph.checkpoint.memory import InMemorySaver

    from handrail.app.http import build_app
    from handrail.app.logs import clean_logs
    from handrail.app.telemetry import telemetry
    from handrail.graph.context import Context
    from handrail.graph.door import at_the_door
    from handrail.graph.graph import build_graph
    from handrail.graph.opening import open_services
    from handrail.graph.services import LazyServices
    from handrail.graph.settings import Settings
    from handrail.models.message_parts import CAPTURE

    # As a server may have it: nothing there reads what is bound to a context.
    structlog.configure(processors=[
        structlog.processors.add_log_level, structlog.processors.JSONRenderer(sort_keys=True),
    ])

    async def main(data, talk):
        services = open_services(Settings(_env_file=None, data=data))
        graph = build_graph(LazyServices(lambda: services), checkpointer=InMemorySaver())
        for thread in ("without-words", "with-words"):
            os.environ[CAPTURE] = str(thread == "with-words").lower()
            config = {"configurable": {"thread_id": thread}}
            for line in talk:
                mails = [m.read_text() for m in sorted(data.glob("mail/*"), key=lambda m: m.stat().st_mtime_ns)]
                code = re.findall(r"^(\\d{3}) (\\d{3})$", "".join(mails[-1:]), re.M)
                line = line.replace("{code}", "".join(code[0]) if code else "")
                line = await at_the_door(services, Context(), thread, line)
                await graph.ainvoke({"messages": [HumanMessage(line)]}, config, context=Context())
                await services.run_errands()
        calls = httpx.ASGITransport(app=build_app())
        async with httpx.AsyncClient(transport=calls, base_url="http://shop") as client:
            (await client.get("/handrail/openapi.json?mail=ana@example.com")).raise_for_status()

    settings = Settings(_env_file=None, data=Path(sys.argv[1]))
    with clean_logs(), telemetry(settings):
        asyncio.run(main(settings.data, json.loads(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory, trained):
    """Play the talk twice, the second time with words; return the folder, the log, what was sent."""
    data = trained(tmp_path_factory.mktemp("telemetry"))
    with serving(lambda _: Reply(raw=b"")) as receiver:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, "PATH": "", "NO_PROXY": "*"}
        command = [sys.executable, "-c", textwrap.dedent(RUN), str(data), json.dumps(TALK)]
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            timeout=200,
            check=False,
            text=True,
            cwd=data,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return data, done.stdout, list(receiver.seen)


def value_of(value):
    kind = value.WhichOneof("value")
    held = getattr(value, kind) if kind else None
    return [value_of(one) for one in held.values] if kind == "array_value" else held


def facts_of(attributes):
    return {pair.key: value_of(pair.value) for pair in attributes}


def spans_of(played):
    found = []
    for seen in played[2]:
        if seen.path == "/v1/traces":
            request = ExportTraceServiceRequest.FromString(seen.body)
            for resource in request.resource_spans:
                assert facts_of(resource.resource.attributes)["service.name"] == "handrail"
                assert [scope.scope.name for scope in resource.scope_spans] == ["handrail"]
                found += [span for scope in resource.scope_spans for span in scope.spans]
    return found


def traces_of(played, thread):
    """Return the spans of each turn of a thread, in the order of the turns."""
    spans = spans_of(played)
    turns = [s for s in spans if facts_of(s.attributes).get("gen_ai.conversation.id") == thread]
    turns.sort(key=lambda span: span.start_time_unix_nano)
    return [[s for s in spans if s.trace_id == turn.trace_id] for turn in turns]


def turn_in(trace):
    (turn,) = [span for span in trace if span.name == TURN]
    return facts_of(turn.attributes)


@pytest.mark.parametrize("thread", ["without-words", "with-words"])
def test_each_turn_is_a_trace_with_its_attributes(played, thread):
    traces = traces_of(played, thread)
    told = [turn_in(trace) for trace in traces]
    routes = [facts["handrail.route"] for facts in told]
    assert routes == ["automate"] * 5 + ["escalate", "hold"]
    topics = [facts.get("handrail.topic") for facts in told[:5]]
    assert topics == ["order_status"] * 3 + ["refund_policy", "password_reset"]
    assert told[5]["handrail.reasons"] == ["human_request"]
    assert told[5]["handrail.owner"] == "human"
    for facts in told:
        assert facts["gen_ai.operation.name"] == "invoke_agent"
        assert facts["gen_ai.agent.name"] == "handrail"
        assert facts["handrail.policy.version"] == "default-1"
        assert facts["handrail.channel"] == "chat"
        assert facts["handrail.episode"] == 1
    assert all(0.7 <= facts["handrail.confidence"] <= 1 for facts in told[:5])
    names = {span.name for span in traces[3]}
    assert {
        "node intake", "guard legal", "guard vip", "node triage", "node answer", "chat embedded",
        "execute_tool search_help_center", "retrieval help_center", "gate assess", "node reply",
    } <= names  # fmt: skip
    ids = {span.span_id for span in traces[3]}
    assert all(span.parent_span_id in ids for span in traces[3] if span.name != TURN)


def test_words_are_told_only_where_they_were_asked_for(played):
    said = {}
    for thread in ("without-words", "with-words"):
        chats = [s for t in traces_of(played, thread) for s in t if s.name == "chat embedded"]
        assert chats
        said[thread] = "".join(str(facts_of(span.attributes)) for span in chats)
    assert "gen_ai.input.messages" not in said["without-words"]
    assert "refund policy?" not in said["without-words"]
    assert "refund policy?" in said["with-words"]
    assert "[e-mail]" in said["with-words"]


def test_metrics_arrive(played):
    found = {}
    for seen in played[2]:
        if seen.path == "/v1/metrics":
            for resource in ExportMetricsServiceRequest.FromString(seen.body).resource_metrics:
                for scope in resource.scope_metrics:
                    found |= {metric.name: metric for metric in scope.metrics}
    turns = found["handrail.turns"].sum.data_points
    by_route = {}
    for point in turns:
        route = facts_of(point.attributes)["handrail.route"]
        by_route[route] = by_route.get(route, 0) + point.as_int
    assert by_route == {"automate": 10, "escalate": 2, "hold": 2}
    (handoffs,) = found["handrail.handoffs"].sum.data_points
    assert handoffs.as_int == 2
    assert facts_of(handoffs.attributes)["handrail.reason"] == "human_request"
    assert sum(p.count for p in found["handrail.turn.duration"].histogram.data_points) == 14
    assert found["gen_ai.client.operation.duration"].histogram.data_points


def issued(data):
    """Return the code and the token that were mailed."""
    from email import message_from_bytes

    bodies = [
        message_from_bytes(file.read_bytes()).get_payload(decode=True).decode()
        for file in data.glob("mail/*.eml")
    ]
    tokens = {body.partition("token=")[2].split()[0] for body in bodies if "token=" in body}
    codes = {
        line for body in bodies for line in body.splitlines()
        if len(line) == 7 and line[:3].isdigit() and line[3] == " " and line[4:].isdigit()
    }  # fmt: skip
    assert len(tokens) == 2
    assert len(codes) == 2
    return tokens | codes | {code.replace(" ", "") for code in codes}


def test_no_secret_and_no_address_is_in_anything_that_left(played):
    data, log, sent = played
    hidden = {CARD, CARD.replace(" ", ""), "ana@example.com", "415 555 0132", *issued(data)}
    assert len(sent) >= 2
    for what in hidden:
        assert what not in log
        for seen in sent:
            assert what.encode() not in seen.body, what


def test_each_line_of_the_log_names_thread_episode_and_trace(played):
    lines = [json.loads(line) for line in played[1].splitlines()]
    traces = {
        thread: {trace[0].trace_id.hex() for trace in traces_of(played, thread)}
        for thread in ("without-words", "with-words")
    }
    ids = {span.span_id.hex() for span in spans_of(played)}
    of_turns = [line for line in lines if line["event"] in {"reply", "escalate", "hold"}]
    assert len(of_turns) == 14
    for line in of_turns:
        assert line["episode"] == 1
        assert line["trace_id"] in traces[line["thread"]]
        assert line["span_id"] in ids


@pytest.mark.parametrize(
    ("environ", "traces", "metrics"),
    [
        ({}, "none", "none"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, "otlp", "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, "otlp", "none"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console", "none"),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_METRICS_EXPORTER": "console"}, "otlp", "console"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_METRICS_EXPORTER": "none"}, "otlp", "none"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "true"}, "none", "none"),
    ],
)  # fmt: skip
def test_what_the_variables_ask_for(environ, traces, metrics):
    assert wanted_exporter("traces", environ) == traces
    assert wanted_exporter("metrics", environ) == metrics


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER=zipkin is not known"),
        (
            {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL=grpc is not supported. Set http/protobuf.",
        ),
    ],
)
def test_what_is_not_known_is_named(environ, says):
    with pytest.raises(BadSettings, match=says):
        wanted_exporter("traces", environ)


@pytest.mark.parametrize("signal", ["traces", "metrics"])
@pytest.mark.parametrize("missing", ["sdk", "exporter"])
def test_without_the_extra_one_line_says_what_to_install(monkeypatch, signal, missing):
    modules = {
        ("traces", "sdk"): "opentelemetry.sdk.trace",
        ("metrics", "sdk"): "opentelemetry.sdk.metrics",
        ("traces", "exporter"): "opentelemetry.exporter.otlp.proto.http.trace_exporter",
        ("metrics", "exporter"): "opentelemetry.exporter.otlp.proto.http.metric_exporter",
    }
    monkeypatch.setitem(sys.modules, modules[signal, missing], None)
    for other in ("TRACES", "METRICS"):
        monkeypatch.setenv(f"OTEL_{other}_EXPORTER", "none")
    monkeypatch.setenv(f"OTEL_{signal.upper()}_EXPORTER", "otlp")
    with pytest.raises(BadSettings) as problem:
        open_telemetry(Settings(_env_file=None))
    assert str(problem.value).endswith(EXTRA)
    assert "handrail[telemetry]" in EXTRA


def test_a_provider_of_the_host_is_the_hosts():
    assert not is_unset(TracerProvider(shutdown_on_exit=False))
    assert not is_unset(MeterProvider(shutdown_on_exit=False))


def test_a_collector_that_is_down_keeps_nobody_waiting(tmp_path):
    script = """
        import time
        from handrail.app.telemetry import FLUSH_MS, telemetry
        from handrail.graph.settings import Settings
        from handrail.models.telemetry import chat_span

        with telemetry(Settings(_env_file=None)):
            with chat_span("openai", "gpt-5-mini"):
                pass
            began = time.monotonic()
        assert time.monotonic() - began < FLUSH_MS / 1000 + 2
        print("told")
    """
    with serving(lambda _: Reply(raw=b"", delay=30)) as receiver:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True,
            timeout=100, check=False, cwd=tmp_path,
            env={"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, "NO_PROXY": "*"},
        )  # fmt: skip
    assert done.stdout == "told\n", done.stderr


def test_spans_are_printed_where_that_is_asked_for(tmp_path):
    script = """
        from handrail.app.telemetry import telemetry
        from handrail.graph.settings import Settings
        from handrail.models.telemetry import tool_span

        with telemetry(Settings(_env_file=None)):
            with tool_span("look_up_order"):
                pass
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True,
        timeout=100, check=False, cwd=tmp_path,
        env={"OTEL_TRACES_EXPORTER": "console", "OTEL_SERVICE_NAME": "shop"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stderr)
    assert printed["name"] == "execute_tool look_up_order"
    assert printed["resource"]["attributes"]["service.name"] == "shop"
    assert done.stdout == ""
