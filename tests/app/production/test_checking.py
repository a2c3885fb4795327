"""HANDRAIL_ENV=production starts nothing that is unsafe, and names all of it at once."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from handrail.app.access.gate import shared_gate
from handrail.app.finding import Finding
from handrail.app.http import build_app
from handrail.app.production.checking import NotForProduction, refuse_unsafe, unsafe
from handrail.app.production.posture import posture
from handrail.app.production.strength import is_example
from handrail.app.production.wiring import in_force, unsafe_wiring
from handrail.graph.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
RANDOM = "3f9c2a7be01d44f58a6be7c0912d6e35b7c41f0e9ad28365"
OURS = json.loads((ROOT / "langgraph.json").read_text())
SAFE: dict[str, Any] = {
    "env": "production", "jwt_secret": RANDOM, "secret": RANDOM[::-1], "limits_url": "redis://127.0.0.1",
    "database_url": "postgresql+psycopg://postgres@127.0.0.1/x", "chroma_url": "http://127.0.0.1:8000",
    "public_url": "http://127.0.0.1:2026",
}  # fmt: skip


def settings(**changed: Any) -> Settings:
    return Settings(_env_file=None, **{**SAFE, **changed})


@pytest.fixture(autouse=True)
def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand where a langgraph.json like ours is in force, and nothing else is set."""
    (tmp_path / "langgraph.json").write_text(json.dumps(OURS))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def states(found: list[Finding]) -> str:
    assert all(finding.mend for finding in found)
    return " | ".join(finding.state for finding in found)


def test_a_safe_server_on_loopback_may_start() -> None:
    assert unsafe(settings(), {}) == []
    refuse_unsafe(settings())


UNSAFE = {
    "development": ({"dev": True}, "HANDRAIL_DEV is on"),
    "nobody can be told": ({"jwt_secret": None}, "Nobody can be told"),
    "no secret of ours": ({"secret": None}, "HANDRAIL_SECRET is not set"),
    "short secret": ({"secret": "x7" * 8}, "HANDRAIL_SECRET is shorter"),
    "short host secret": ({"jwt_secret": "ab9" * 5}, "HANDRAIL_JWT_SECRET is shorter"),
    "a few characters": ({"secret": "01" * 20}, "HANDRAIL_SECRET holds what stands"),
    "words of an example": (
        {"jwt_secret": "change-me-to-a-long-random-secret"}, "HANDRAIL_JWT_SECRET holds",
    ),
    "short old secret": ({"jwt_previous_secrets": ["short"]}, "HANDRAIL_JWT_PREVIOUS_SECRETS"),
    "example webhook": (
        {"webhook_secret": "whsec_aGFuZHJhaWwgYW5kIGEgc2hvcCwgdG9nZXRoZXI="},
        "HANDRAIL_WEBHOOK_SECRET holds",
    ),
    "placeholder": ({"chatwoot_token": "..."}, "HANDRAIL_CHATWOOT_TOKEN holds"),
    "example password": (
        {"database_url": "postgresql+psycopg://user:password@db/x"}, "HANDRAIL_DATABASE_URL holds",
    ),
    "bad service keys": ({"service_keys": "shop"}, "HANDRAIL_SERVICE_KEYS"),
    "sqlite": ({"database_url": None}, "an SQLite file"),
    "embedded Chroma": ({"chroma_url": None}, "Chroma in this process"),
    "limits in memory": ({"limits_url": None}, "counted in each worker"),
    "no public address": ({"public_url": None}, "HANDRAIL_PUBLIC_URL is not set"),
    "plain public address": ({"public_url": "http://shop.example"}, "HANDRAIL_PUBLIC_URL, where"),
    "plain desk tokens": ({"desk_token_url": "http://a.example/t"}, "HANDRAIL_DESK_TOKEN_URL"),
    "plain keys": ({"jwks_url": "http://id.example/jwks"}, "HANDRAIL_JWKS_URL"),
    "plain origins": ({"origins": "http://shop.example"}, "HANDRAIL_ORIGINS lets in"),
    "no origins": ({"frame_origins": "shop.example"}, "HANDRAIL_FRAME_ORIGINS"),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "says"), UNSAFE.values(), ids=UNSAFE)
def test_what_is_unsafe_is_named_alone(changed: dict[str, Any], says: str) -> None:
    found = unsafe(settings(**changed), {})
    assert says in states(found)
    assert len(found) == 1
    with pytest.raises(NotForProduction, match=re.escape(says)):
        refuse_unsafe(settings(**changed))


ENVIRONMENT = {
    "langsmith": ({"LANGSMITH_TRACING": "true"}, "sends what customers say"),
    "langchain": ({"LANGCHAIN_TRACING_V2": "true"}, "sends what customers say"),
    "console spans": ({"OTEL_TRACES_EXPORTER": "console"}, "OTEL_TRACES_EXPORTER=console"),
    "console metrics": ({"OTEL_METRICS_EXPORTER": "console"}, "OTEL_METRICS_EXPORTER=console"),
    "unknown exporter": ({"OTEL_TRACES_EXPORTER": "zipkin"}, "is not known"),
    "Aegra's console": ({"OTEL_CONSOLE_EXPORT": "true"}, "OTEL_CONSOLE_EXPORT"),
    "the development server": ({"LANGGRAPH_RUNTIME_EDITION": "inmem"}, "is for development"),
}


@pytest.mark.parametrize(("environ", "says"), ENVIRONMENT.values(), ids=ENVIRONMENT)
def test_an_environment_that_is_unsafe_is_named(environ: dict[str, str], says: str) -> None:
    found = unsafe(settings(), environ)
    assert says in states(found)
    assert len(found) == 1


def test_langsmith_may_be_asked_for_by_its_host() -> None:
    asked = {"LANGSMITH_TRACING": "true", "LANGSMITH_ENDPOINT": "https://traces.example.com"}
    assert unsafe(settings(), asked) == []


WIRING = {
    "no auth": ({"auth": None}, "names no auth"),
    "Studio": ({"auth": {"path": "handrail.app.auth:auth"}}, "lets Studio in"),
    "routes": ({"http": {"app": "handrail.app.http:app"}}, "our own routes without"),
    "pickle by default": ({"checkpointer": None}, "be unpickled"),
    "pickle": ({"checkpointer": {"serde": {"pickle_fallback": True}}}, "be unpickled"),
    "deleting": (
        {"checkpointer": OURS["checkpointer"] | {"ttl": {"default_ttl": 60}}}, "conversations deleted"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "says"), WIRING.values(), ids=WIRING)
def test_a_configuration_that_is_unsafe_is_named(
    wired: Path, changed: dict[str, Any], says: str
) -> None:
    text = json.dumps(OURS | changed)
    other = wired / "other.json"
    other.write_text(text)
    places = {
        "Aegra's file": {"AEGRA_CONFIG": str(other)},
        "the server's environment": {
            "LANGSERVE_GRAPHS": "{}",
            **{f"LANGGRAPH_{part.upper()}": json.dumps((OURS | changed)[part])
               for part in ("auth", "http", "checkpointer")},
        },
    }  # fmt: skip
    for environ in places.values():
        found = list(unsafe_wiring(environ))
        assert says in states(found)
        assert len(found) == 1
    assert unsafe(settings(), places["Aegra's file"], on_server=False) == []


@pytest.mark.parametrize("name", ["AEGRA_THREAD_TTL", "LANGGRAPH_THREAD_TTL"])
@pytest.mark.parametrize(
    ("ttl", "deletes"),
    [
        ("60", True),
        ('{"strategy": "delete", "default_ttl": 60}', True),
        ('{"default_ttl": 60}', True),
        ("{", True),
        ('{"strategy": "keep_latest", "default_ttl": 60}', False),
        (" ", False),
    ],
)
def test_an_age_at_which_conversations_are_deleted_is_named(
    name: str, ttl: str, *, deletes: bool
) -> None:
    found = list(unsafe_wiring({name: ttl}))
    assert [name in finding.state for finding in found] == [True] * deletes


def test_conversations_may_be_kept_with_all_their_steps(wired: Path) -> None:
    kept = {"serde": OURS["checkpointer"]["serde"]}
    (wired / "langgraph.json").write_text(json.dumps(OURS | {"checkpointer": kept}))
    assert list(unsafe_wiring({})) == []


def test_which_file_is_in_force(wired: Path) -> None:
    assert in_force({})[0] == "langgraph.json"
    assert in_force({"AEGRA_CONFIG": "gone.json"})[0] == "langgraph.json"
    (wired / "aegra.json").write_text("{}")
    assert in_force({})[0] == "aegra.json"
    (wired / "aegra.json").write_text("{")
    assert "cannot be read" in states(list(unsafe_wiring({})))


def test_no_configuration_at_all_is_unsafe(wired: Path) -> None:
    (wired / "langgraph.json").unlink()
    assert "there is none of" in states(list(unsafe_wiring({})))


def test_all_of_it_is_named_at_once_and_no_value() -> None:
    with pytest.raises(NotForProduction) as problem:
        refuse_unsafe(settings(secret="hunter2", dev=True, chroma_url=None, public_url=None))
    said = str(problem.value)
    assert said.count("\n- ") == 4
    assert "hunter2" not in said
    assert len(problem.value.findings) == 4


def test_outside_production_nothing_is_refused() -> None:
    refuse_unsafe(Settings(_env_file=None, dev=True))
    with pytest.raises(ValidationError, match="env"):
        Settings(_env_file=None, env="prod")


def test_random_secrets_are_no_examples() -> None:
    for make in (secrets.token_hex, secrets.token_urlsafe):
        assert not any(is_example(make(32)) for _ in range(200))


def test_the_values_in_our_documents_are_examples() -> None:
    texts = [(ROOT / name).read_text("utf-8") for name in (".env.example", "README.md")]
    texts += [path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md")]
    found = {value for text in texts for value in re.findall(r"whsec_[A-Za-z0-9+/=.]*", text)}
    assert found
    assert not [value for value in found if not is_example(value)]


async def test_the_server_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shared_gate.cache_clear()
    monkeypatch.setenv("HANDRAIL_ENV", "production")
    monkeypatch.setenv("HANDRAIL_DEV", "1")
    app = build_app()
    with pytest.raises(NotForProduction, match="HANDRAIL_DEV is on"):
        async with app.router.lifespan_context(app):
            pass


def test_the_doctor_says_so_and_names_files_without_their_values(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "kept"
    file.write_text(RANDOM)
    monkeypatch.setenv("HANDRAIL_WEBHOOK_SECRET_FILE", str(file))
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    told = {finding.what: finding for finding in posture(settings())}
    assert told["production"].state.startswith("on")
    assert told["telemetry"].state == "traces otlp, metrics otlp to http://127.0.0.1:4318"
    assert told["secret files"].state == "HANDRAIL_WEBHOOK_SECRET"
    assert RANDOM not in str(told)
    assert any(finding.mend for finding in posture(settings(dev=True)))
    assert posture(settings(env=""))[0].state.startswith("off")
