"""handrail doctor asks the backend of the orders once, and says what to mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from handrail.app.access.tokens import BadSecret
from handrail.app.doctor import Finding, _orders, _pages
from handrail.graph.settings import Settings
from tests.loopback import Reply, script, serving

SECRET = "whsec_c2VjcmV0IG9mIHRoaXMgdGVzdA=="


async def looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> tuple[Finding, list[Any]]:
    monkeypatch.setenv("SHOP_SECRET", SECRET)
    file = tmp_path / "orders.toml"
    with serving(script(reply)) as shop:
        file.write_text(f'kind = "http"\nurl = "{shop.url}"\nsecret_env = "SHOP_SECRET"\n')
        found = await _orders(Settings(data=tmp_path, orders=file))
    return found, shop.seen


async def test_a_backend_that_answers_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, seen = await looked_at(tmp_path, monkeypatch, Reply({"orders": []}))
    assert found.mend == ""
    assert found.state.endswith("orders.toml: answers")
    (call,) = seen
    assert Webhook(SECRET).verify(call.body, call.headers)["data"] == {"customer_id": "0"}


async def test_one_that_does_not_is_to_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = await looked_at(tmp_path, monkeypatch, Reply(status=401))
    assert "look_up_order at the shop's service: answered 401" in found.state
    assert "Check the address and the secret" in found.mend


async def test_a_file_that_is_wrong_is_named(tmp_path: Path) -> None:
    found = await _orders(Settings(data=tmp_path, orders=tmp_path / "none.toml"))
    assert "none.toml" in found.mend
    assert (await _orders(Settings(data=tmp_path))).mend == ""


async def test_whose_pages_may_call_is_told() -> None:
    told = _pages(
        Settings(_env_file=None, origins="https://shop.example/, https://www.shop.example")
    )
    assert "https://shop.example, https://www.shop.example origin may call" in told
    with pytest.raises(BadSecret, match="no origin; write one like"):
        _pages(Settings(_env_file=None, origins="shop.example"))
