"""Hints that something has changed: who hears what, and that nothing is missed or told twice."""

import asyncio

import pytest

from handrail.app import live
from handrail.app.live import Change, Live
from handrail.store.audit.memory import MemoryAudit
from handrail.store.audit.protocol import AuditEvent
from handrail.store.errors import StoreDown
from tests.app.http.conftest import ANA, INES


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(live, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(live, "PAUSE_SECONDS", 0.01)


def event(number, thread="t1"):
    at = f"2026-03-02T09:15:{number:02}+00:00"
    return AuditEvent(f"e{number}", at, thread, 1, "ai", f"act-{number}", "1")


class Trail(MemoryAudit):
    """A trail that rows may come to late, before the place that was read already, or that is down."""

    down = False
    hidden: set[str]

    def __init__(self):
        super().__init__()
        self.hidden = set()

    async def page(self, **wanted):
        if self.down:
            raise StoreDown("The trail cannot be read", "Wait")
        return [found for found in await super().page(**wanted) if found.id not in self.hidden]


@pytest.fixture
def trail():
    return Trail()


@pytest.fixture
def hub(trail):
    async def audit():
        return trail

    return Live(audit)


async def heard(hub, trail, events, count, thread=None):
    """Listen, let these events happen, and return the first `count` acts that were told."""
    changes = hub.changes(thread)
    first = asyncio.ensure_future(anext(changes))
    await asyncio.sleep(0.05)
    for happened in events:
        await trail.record(happened)
    told = [await asyncio.wait_for(first, 2)]
    told += [await asyncio.wait_for(anext(changes), 2) for _ in range(count - 1)]
    await changes.aclose()
    return [change.action for change in told]


async def test_what_happens_from_now_on_is_told_in_order(hub, trail):
    await trail.record(event(1))
    assert await heard(hub, trail, [event(2), event(3)], 2) == ["act-2", "act-3"]


async def test_a_customer_hears_of_their_own_conversation_only(hub, trail):
    events = [event(1, "other"), event(2), event(3, "other"), event(4)]
    assert await heard(hub, trail, events, 2, thread="t1") == ["act-2", "act-4"]


async def test_a_row_that_shows_late_is_told_once(hub, trail):
    trail.hidden = {"e1"}
    changes = hub.changes()
    first = asyncio.ensure_future(anext(changes))
    await asyncio.sleep(0.05)
    for number in (1, 2):
        await trail.record(event(number))
    assert (await asyncio.wait_for(first, 2)).action == "act-2"
    trail.hidden = set()
    assert (await asyncio.wait_for(anext(changes), 2)).action == "act-1"
    await trail.record(event(3))
    assert (await asyncio.wait_for(anext(changes), 2)).action == "act-3"
    await changes.aclose()


async def test_a_store_that_was_down_loses_nothing(hub, trail):
    changes = hub.changes()
    first = asyncio.ensure_future(anext(changes))
    await asyncio.sleep(0.05)
    trail.down = True
    await trail.record(event(1))
    await asyncio.sleep(0.05)
    trail.down = False
    assert (await asyncio.wait_for(first, 2)).action == "act-1"
    await changes.aclose()


async def test_who_is_too_slow_is_told_to_look_anew(hub, trail, monkeypatch):
    monkeypatch.setattr(live, "WAITING", 3)
    changes = hub.changes()
    first = asyncio.ensure_future(anext(changes))
    await asyncio.sleep(0.05)
    for number in range(1, 9):
        await trail.record(event(number))
    assert isinstance(await asyncio.wait_for(first, 2), Change)
    rest = [change async for change in changes]
    assert len(rest) < 7, "the connection ends, so that the page reads everything again"


async def test_who_listens_has_to_show_now_and_then_that_they_may(hub, monkeypatch):
    monkeypatch.setattr(live, "LONGEST_SECONDS", 0.05)
    assert [change async for change in hub.changes()] == []
    assert hub._looking is None


async def test_nobody_looks_while_nobody_listens(hub, trail):
    await heard(hub, trail, [event(1)], 1)
    assert hub._looking is None


@pytest.mark.parametrize(
    ("who", "thread", "status"),
    [({}, "t1", 401), (ANA, "t1", 404), (ANA, None, 404), (ANA, "unknown", 404)],
)
async def test_who_may_not_listen(place, who, thread, status):
    await place.say("Where is my order?", "t1", login="u-ben")
    asked = {"thread_id": thread} if thread else {}
    assert (await place.http.get("/handrail/live", headers=who, params=asked)).status_code == status


async def test_the_stream_is_of_server_sent_events(place):
    await place.say("Where is my order?", "t1", login="u-ana")
    for who in (ANA, INES):
        told = await first_event(place, who)
        assert told.startswith('data: {"thread_id": "t1", "action": ')


async def first_event(place, who):
    """Listen by the application itself, for the client of the tests waits until the end."""
    sent, asked = asyncio.Queue(), asyncio.Event()
    headers = [(name.lower().encode(), value.encode()) for name, value in who.items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "path": "/handrail/live", "raw_path": b"/handrail/live", "query_string": b"thread_id=t1",
        "root_path": "", "scheme": "http", "headers": headers, "client": ("127.0.0.1", 9),
        "server": ("127.0.0.1", 80),
    }  # fmt: skip

    async def receive():
        if asked.is_set():
            await asyncio.sleep(60)
        asked.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    running = asyncio.create_task(place.app(scope, receive, sent.put))
    try:
        start = await asyncio.wait_for(sent.get(), 2)
        assert dict(start["headers"])[b"content-type"].startswith(b"text/event-stream")
        assert (await asyncio.wait_for(sent.get(), 2))["body"] == b": listening\n\n"
        await asyncio.sleep(0.05)
        await place.say("Where is my order?", "t1", login="u-ana")
        return (await asyncio.wait_for(sent.get(), 2))["body"].decode()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
