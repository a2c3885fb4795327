"""Limits are counted here or in a Redis that servers share."""

from uuid import uuid4

import pytest

from handrail.store.errands.protocol import Errand
from handrail.tools.errands.limits import Limiter, MailLimits
from handrail.tools.errors import BackendDown
from handrail.tools.post.protocol import BadAddress

LIMITS = MailLimits("2 per hour", "9 per hour", "1000 per hour")


def errand(thread="t-1"):
    return Errand("e", "password_reset", "x", False, thread, None, "en", "2026-03-01")


async def test_they_are_counted_by_account():
    limiter = Limiter.open()
    found = [await limiter.allows(errand(), who, LIMITS) for who in ("a", "a", "a", "b")]
    assert found == [True, True, False, True]


async def test_two_servers_share_a_redis():
    pytest.importorskip("redis")
    account = uuid4().hex
    one, two = (Limiter.open("redis://127.0.0.1:6379/0") for _ in range(2))
    thread = uuid4().hex
    try:
        found = [await it.allows(errand(thread), account, LIMITS) for it in (one, two, one)]
    except BackendDown:
        pytest.skip("no Redis on 127.0.0.1:6379")
    finally:
        for limiter in (one, two):  # the library has no way to close one
            await limiter._windows.storage.bridge.storage.aclose()
    assert found == [True, True, False]


async def test_a_redis_that_is_away_is_a_backend_down():
    pytest.importorskip("redis")
    with pytest.raises(BackendDown, match="limits cannot be counted"):
        await Limiter.open("redis://127.0.0.1:1/0").allows(errand(), "a", LIMITS)


def test_an_address_that_is_none_is_named():
    with pytest.raises(BadAddress, match="HANDRAIL_LIMITS_URL"):
        Limiter.open("nonsense://secret@host")
