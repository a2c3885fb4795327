"""A call that fails says what was tried; a call that may go better is made again."""

from __future__ import annotations

import pickle
import socket
from typing import Any

import pytest
from pydantic import BaseModel

from handrail.tools.backends.address import service_address
from handrail.tools.backends.breaker import CircuitBreaker
from handrail.tools.backends.exchange import Answer, Limits, Request
from handrail.tools.backends.http import HttpBackend
from handrail.tools.errors import BackendDown, BadSettings
from tests.loopback import Reply, script, serving

FINE = Reply({"count": 1})
DOING = "look_up_order"


class Counted(BaseModel):
    count: int


class Naps:
    """Sleeps for no time, and remembers for how long it should have."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def backend(url: str, **more: Any) -> HttpBackend:
    return HttpBackend("the shop", service_address(url, "the shop"), **{"sleep": Naps(), **more})


async def ask(to: HttpBackend, path: str = "orders") -> int:
    def read(answer: Answer) -> int:
        return Counted.model_validate(answer.json).count

    return await to.ask(DOING, lambda: Request("GET", path), read)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_what_may_go_better_is_tried_again(status: int) -> None:
    with serving(script(Reply(status=status), FINE)) as shop:
        assert await ask(backend(shop.url)) == 1
        assert len(shop.seen) == 2


@pytest.mark.parametrize(
    ("replies", "told", "calls"),
    [
        ([Reply(status=503)], "answered 503, 3 times", 3),
        ([Reply(status=503), Reply(status=401)], "answered 401", 2),
        ([Reply(status=500)], "answered 500", 1),
        ([Reply(status=302, headers={"location": "/else"})], "answered 302", 1),
        ([Reply(raw=b"<html>")], "its answer is no JSON", 1),
        ([Reply({"count": "secret words"})], "its answer has another shape (count: ", 1),
        ([Reply(["x" * 2000])], "its answer is longer than 1000 bytes", 1),
        ([Reply(FINE.json, delay=0.4)], "timed out after 0.1 s, twice", 2),
        ([Reply(status=429, headers={"retry-after": "60"})], "asked for 60 s of rest", 1),
    ],
)
async def test_what_fails_is_told_of(replies: list[Reply], told: str, calls: int) -> None:
    attempts = 2 if "twice" in told else 3
    limits = Limits(timeout=0.1 if attempts == 2 else 3, attempts=attempts, most_bytes=1000)
    with serving(script(*replies)) as shop, pytest.raises(BackendDown) as caught:
        await ask(backend(shop.url, limits=limits))
    assert len(shop.seen) == calls
    assert told in caught.value.tried[-1]
    assert all(line.startswith("look_up_order at the shop: ") for line in caught.value.tried)
    assert "secret words" not in str(caught.value) + str(caught.value.tried)
    assert vars(pickle.loads(pickle.dumps(caught.value))) == vars(caught.value)  # noqa: S301


async def test_nobody_there_is_told_of() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(BackendDown) as caught:
            await ask(backend(url))
    assert caught.value.tried == (
        "look_up_order at the shop: could not be reached (ConnectError), 3 times",
    )


async def test_a_service_may_say_when_to_come_again() -> None:
    naps = Naps()
    busy = Reply(status=429, headers={"retry-after": "2"})
    with serving(script(busy, FINE)) as shop:
        assert await ask(backend(shop.url, sleep=naps)) == 1
    assert naps.taken == [2.0]


async def test_a_service_that_fails_again_and_again_is_left_alone_and_then_probed() -> None:
    now = [100.0]
    breaker = CircuitBreaker(failures=3, rest=30, clock=lambda: now[0])
    down, fine = [Reply(status=503)] * 3, [FINE, FINE]
    with serving(script(*down, Reply(status=503), *fine)) as shop:
        to = backend(shop.url, breaker=breaker)
        for calls in (3, 3):
            with pytest.raises(BackendDown) as caught:
                await ask(to)
            assert len(shop.seen) == calls
        (told,) = caught.value.tried
        assert "not called, as it failed 3 times in a row; the next try is in 30 s" in told
        now[0] += 31
        with pytest.raises(BackendDown):  # one probe, which fails
            await ask(to)
        assert len(shop.seen) == 4
        now[0] += 31
        assert [await ask(to), await ask(to)] == [1, 1]


async def test_answers_of_any_kind_keep_the_breaker_closed() -> None:
    breaker = CircuitBreaker(failures=2)
    busy = Reply(status=429)
    with serving(script(*[busy] * 3, Reply(status=404), Reply(status=404), FINE)) as shop:
        to = backend(shop.url, breaker=breaker)
        for _ in range(3):
            with pytest.raises(BackendDown):
                await ask(to)
        assert await ask(to) == 1


@pytest.mark.parametrize(
    "url",
    ["", "shop", "ftp://shop.example", "http://shop.example", "http://10.0.0.1", "https://",
     "https://user:word@shop.example", "https://shop.example/?key=word"],
)  # fmt: skip
def test_an_address_must_be_https_or_loopback_and_hold_no_secret(url: str) -> None:
    with pytest.raises(BadSettings) as caught:
        service_address(url, "the shop")
    assert "word" not in str(caught.value)


def test_paths_go_below_the_address() -> None:
    assert str(service_address("https://shop.example/api", "it").join("orders")) == (
        "https://shop.example/api/orders"
    )
    assert service_address("http://localhost:8000", "it").path == "/"
