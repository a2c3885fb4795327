"""The examples of docs/backends.md work, and its figures are those in force."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from handrail.tools.backend import STATEMENT_MS
from handrail.tools.backends.address import service_address
from handrail.tools.backends.breaker import CircuitBreaker
from handrail.tools.backends.exchange import COME_AGAIN, Limits
from handrail.tools.backends.http import HttpBackend
from handrail.tools.backends.signed import SignedBackend
from handrail.tools.errors import BackendDown
from handrail.tools.orders.configuration import read_configuration
from handrail.tools.orders.signed_http import SignedHttpOrders
from handrail.tools.passwords.http_provider import HttpIdentityProvider
from handrail.tools.passwords.keycloak import KeycloakIdentityProvider
from handrail.tools.passwords.opening import open_provider
from tests.fake_services import FakeProvider
from tests.loopback import Reply, Seen, serving

TEXT = (Path(__file__).parents[2] / "docs" / "backends.md").read_text(encoding="utf-8")


def blocks(language: str, text: str = TEXT) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_files_can_be_read(tmp_path: Path) -> None:
    kinds: list[object] = []
    environ = {"SHOP_SECRET": "s" * 32, "KEYCLOAK_SECRET": "s"}
    orders, passwords = TEXT.split("## Accounts and passwords")
    for number, block in enumerate(blocks("toml", orders)):
        file = tmp_path / f"orders-{number}.toml"
        file.write_text(block, encoding="utf-8")
        kinds.append(read_configuration(file).kind)
    for number, block in enumerate(blocks("toml", passwords)):
        file = tmp_path / f"passwords-{number}.toml"
        file.write_text(block, encoding="utf-8")
        kinds.append(type(open_provider(file, FakeProvider(), environ)))
    wanted = ["sql", "http", "python", "shopify", HttpIdentityProvider, KeycloakIdentityProvider]
    assert kinds == wanted


async def test_the_example_endpoint_serves_both_adapters() -> None:
    names: dict[str, Any] = {}
    (block,) = blocks("python")
    exec(compile(block, "docs/backends.md", "exec", dont_inherit=True), names)  # noqa: S102 - ours

    def answer(call: Seen) -> Reply:
        async def post() -> httpx.Response:
            transport = httpx.ASGITransport(names["app"])
            async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
                return await client.post(call.path, content=call.body, headers=call.headers)

        got = asyncio.run(post())
        return Reply(status=got.status_code, raw=got.content)

    with serving(answer) as host:
        address = service_address(f"{host.url}/handrail", "the host")
        endpoint = SignedBackend(HttpBackend("the host", address), names["SECRET"])
        (order,) = await SignedHttpOrders(endpoint).for_customer("ada")
        assert (order.number, order.carrier) == ("10421", "DHL")
        identity = HttpIdentityProvider(endpoint)
        for _ in range(2):
            assert await identity.send_reset("ada@example.org", key="reset-1") == "sent"
        assert await identity.send_reset("bo@example.org", key="reset-2") == "no_account"
        assert names["MAILED"] == {"reset-1"}
        stranger = SignedBackend(HttpBackend("the host", address), "whsec_c3RyYW5nZXI=")
        with pytest.raises(BackendDown, match="answered 401"):
            await SignedHttpOrders(stranger).for_customer("ada")


def test_the_figures_are_those_in_force() -> None:
    limits, breaker = Limits(), CircuitBreaker()
    said = " ".join(TEXT.split())
    for words in (
        f"One attempt has {limits.timeout:.0f} s, a call {limits.budget:.0f} s and three attempts",
        f"the backend is left alone for {breaker._rest:.0f} s",
        f"an answer may have {limits.most_bytes // 10**6} MB",
        f"statement ends after {STATEMENT_MS // 1000} s",
    ):
        assert words in said
    assert (limits.attempts, breaker._most) == (3, 5)
    assert {429, 502, 503, 504} == COME_AGAIN
