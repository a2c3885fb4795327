"""The demo shop: what a host product has to give, to the widget and to the desk."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator

import httpx
import jwt
import pytest

from handrail.app.access.shared_secret import SharedSecret
from handrail.app.shop.server import TOKEN_MINUTES, build_shop
from tests.app.tokens import SECRET

SERVER = "https://support.example"


@pytest.fixture
async def shop() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build_shop(f"{SERVER}/", SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as client:
        yield client


async def test_a_visitor_gets_no_token(shop: httpx.AsyncClient) -> None:
    assert (await shop.get("/token")).status_code == 204
    assert (await shop.get("/desk-token")).status_code == 204


async def test_a_customer_gets_a_short_token_that_the_server_believes(
    shop: httpx.AsyncClient,
) -> None:
    assert (await shop.post("/sign-in", data={"who": "cus_ana"})).status_code == 303
    answer = await shop.get("/token")
    assert answer.headers["cache-control"] == "no-store"
    token = answer.json()["token"]
    user = await SharedSecret(SECRET).user_in(token)
    assert (user.id, user.role, user.customer_id, user.verified) == (
        "cus_ana", "customer", "cus_ana", True,
    )  # fmt: skip
    ends = jwt.decode(token, SECRET, algorithms=["HS256"])["exp"]
    assert 0 < ends - time.time() <= TOKEN_MINUTES * 60
    await shop.post("/sign-in", data={"who": ""})
    assert (await shop.get("/token")).status_code == 204


async def test_nobody_can_be_somebody_who_is_not_offered(shop: httpx.AsyncClient) -> None:
    await shop.post("/sign-in", data={"who": "ines"})
    await shop.post("/staff", data={"who": "cus_ana"})
    assert (await shop.get("/token")).status_code == 204
    assert (await shop.get("/desk-token")).status_code == 204


async def test_the_desk_gets_an_agents_token_and_other_pages_may_not_read_it(
    shop: httpx.AsyncClient,
) -> None:
    await shop.post("/staff", data={"who": "ines"})
    answer = await shop.get("/desk-token", headers={"Origin": "https://other.example"})
    assert answer.headers["access-control-allow-origin"] == SERVER
    assert answer.headers["access-control-allow-credentials"] == "true"
    user = await SharedSecret(SECRET).user_in(answer.json()["token"])
    assert (user.id, user.role, user.name) == ("ines", "agent", "Ines")


async def test_the_page_loads_the_widget_within_its_own_policy(shop: httpx.AsyncClient) -> None:
    page = await shop.get("/")
    assert f'src="{SERVER}/handrail/widget.js"' in page.text
    policy = page.headers["content-security-policy"]
    for part in ("script-src", "connect-src"):
        (sources,) = re.findall(rf"{part} ([^;]*)", policy)
        assert SERVER in sources.split()
    assert "unsafe" not in policy
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", page.text)
    for file in ("shop.css", "goods.svg"):
        assert (await shop.get(f"/{file}")).status_code == 200


async def test_staff_find_the_desk(shop: httpx.AsyncClient) -> None:
    await shop.post("/staff", data={"who": "omar"})
    page = await shop.get("/staff")
    assert "signed in as Omar" in page.text
    assert f"{SERVER}/handrail/ui/desk" in page.text
