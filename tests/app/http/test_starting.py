"""Where nobody could be told from anybody else, the server does not start."""

import pytest

from handrail.app.access.acting import ActingTokens
from handrail.app.access.gate import NotConfigured, shared_gate
from handrail.app.access.user import User
from handrail.app.desk.protocol import DeskDown, ThreadGone
from handrail.app.desk.server import ServerDesk, client_for
from handrail.app.http import build_app
from handrail.app.routes.models import STANDING, StandingView
from handrail.store.audit.memory import MemoryAudit
from handrail.store.audit.protocol import ASKED_BY, AuditEvent
from handrail.store.handoffs.protocol import Standing
from tests.app.http.conftest import INES


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    for name in ("HANDRAIL_JWT_SECRET", "HANDRAIL_DEV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HANDRAIL_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    shared_gate.cache_clear()
    yield
    shared_gate.cache_clear()


async def started():
    app = build_app()
    async with app.router.lifespan_context(app):
        return app.state.house


async def test_without_a_secret_it_does_not_start():
    with pytest.raises(NotConfigured, match="HANDRAIL_DEV=1"):
        await started()


async def test_in_development_it_starts(monkeypatch):
    monkeypatch.setenv("HANDRAIL_DEV", "1")
    assert (await started()).gate.dev is True


async def act_at(answer):
    """Act on a server that gives one answer: status, then body."""

    async def server(scope, receive, send):
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": answer[0], "headers": headers})
        await send({"type": "http.response.body", "body": answer[1]})

    async with client_for(server, {k.lower(): v for k, v in INES.items()}, None) as client:
        return await ServerDesk(client).act("t1", {"type": "claim"}, None)


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ((200, b'{"refused": null}'), None),
        ((200, b'{"refused": "claimed_by:omar"}'), "claimed_by:omar"),
        ((403, b'{"detail": "no"}'), "not_allowed"),
        ((401, b'{"detail": "no"}'), "not_allowed"),
    ],
)
async def test_what_the_server_says_of_an_act(answer, refused):
    assert await act_at(answer) == refused


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((404, b'{"detail": "Thread not found"}'), ThreadGone),
        ((422, b'{"detail": "Invalid thread ID"}'), ThreadGone),
        ((500, b"{}"), DeskDown),
        ((200, b'{"__error__": {"error": "Boom", "message": "x"}}'), DeskDown),
    ],
)
async def test_an_act_that_the_server_cannot_carry_out(answer, problem):
    with pytest.raises(problem):
        await act_at(answer)


@pytest.mark.parametrize(("over", "refused"), [(1, None), (2, "not_allowed")])
async def test_a_token_of_ours_that_is_over_on_its_way_is_made_anew_once(over, refused):
    seen = []

    async def server(scope, receive, send):
        seen.append(dict(scope["headers"])[b"authorization"])
        status = 401 if len(seen) <= over else 200
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"refused": null}'})

    audit = MemoryAudit()
    await audit.record(AuditEvent("e", "", "t1", 1, "ai", "escalate", "", {ASKED_BY: "u-ana"}))
    async with client_for(server, {k.lower(): v for k, v in INES.items()}, None) as client:
        desk = ServerDesk(client, ActingTokens("s" * 32), audit)
        agent = User(id="ines", role="agent", name="Ines")
        assert await desk.act("t1", {"type": "claim"}, agent) == refused
    assert len(seen) == 2
    assert all(token.startswith(b"Bearer hac_") for token in seen)


async def test_a_callers_own_credentials_are_tried_once():
    seen = []

    async def server(scope, receive, send):
        seen.append(dict(scope["headers"])[b"authorization"])
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with client_for(server, {k.lower(): v for k, v in INES.items()}, None) as client:
        desk = ServerDesk(client, ActingTokens("s" * 32), MemoryAudit())  # knows no asker
        agent = User(id="ines", role="agent", name="Ines")
        assert await desk.act("t1", {"type": "claim"}, agent) == "not_allowed"
    assert seen == [INES["Authorization"].encode()]


async def test_a_server_that_is_away():
    async with client_for(None, {}, "http://127.0.0.1:9") as client:
        with pytest.raises(DeskDown):
            await ServerDesk(client).act("t1", {"type": "claim"}, None)


def test_the_routes_show_all_of_a_standing():
    assert set(StandingView.model_fields) == set(Standing.__annotations__) == set(STANDING)
