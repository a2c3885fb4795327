"""The file of orders names a backend, or says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from handrail.tools.errors import BadSettings, OrderNotFound
from handrail.tools.orders.mapped_sql import MappedSqlOrders
from handrail.tools.orders.opening import adapter_named, open_orders
from handrail.tools.orders.protocol import Order
from handrail.tools.orders.shopify import ShopifyOrders
from handrail.tools.orders.signed_http import SignedHttpOrders
from handrail.tools.orders.sql import SqlOrders

ENVIRON = {"SHOP": "sqlite://", "SECRET": "whsec_c2VjcmV0IG9mIHRoaXMgdGVzdA==", "WRONG": "::"}
SQL = """
kind = "sql"
url_env = "SHOP"
table = "sales"
[columns]
number = "no"
customer_id = "who"
status = "state"
[status]
sent = "shipped"
"""
HTTP = 'kind = "http"\nurl = "https://shop.example/handrail"\nsecret_env = "SECRET"\n'
SHOPIFY = 'kind = "shopify"\nurl = "https://a-shop.myshopify.com"\ntoken_env = "SECRET"\n'


def opened(tmp_path: Path, engine: Engine, text: str | None) -> object:
    file = tmp_path / "orders.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    return open_orders(file, engine, ENVIRON)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('kind = "embedded"', SqlOrders),
        (SQL, MappedSqlOrders),
        (HTTP, SignedHttpOrders),
        (SHOPIFY, ShopifyOrders),
    ],
)
def test_each_kind_is_opened(tmp_path: Path, engine: Engine, text: str, kind: type) -> None:
    assert isinstance(opened(tmp_path, engine, text), kind)


def test_without_a_file_it_is_our_own_table(engine: Engine) -> None:
    assert isinstance(open_orders(None, engine, {}), SqlOrders)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read"),
        ("kind = ", "no TOML"),
        ('kind = "fax"', "fax"),
        ("", "kind"),
        (SQL.replace('number = "no"', 'nummer = "no"'), "sql.columns.nummer"),
        (SQL.replace('"shipped"', '"gone"'), "sql.status.sent"),
        (SQL.replace('table = "sales"', 'table = "sales"\ntime_zone = "Middle/Earth"'), "Middle"),
        (SQL.replace('"SHOP"', '"SHOPP"'), "SHOPP"),
        (SQL.replace('"SHOP"', '"WRONG"'), "database cannot be used"),
        (HTTP.replace("https", "http"), "not https"),
        (HTTP.replace('"SECRET"', '"NOWHERE"'), "NOWHERE"),
        (SHOPIFY + 'version = "latest"', "shopify.version"),
    ],
)
def test_a_wrong_file_says_what_to_mend(
    tmp_path: Path, engine: Engine, text: str | None, told: str
) -> None:
    with pytest.raises(BadSettings) as caught:
        opened(tmp_path, engine, text)
    assert told in str(caught.value)
    assert caught.value.mend


class AdapterOfTests:
    async def for_customer(self, customer_id: str) -> list[Order]:
        return []

    async def find(self, customer_id: str, number: str) -> Order:
        raise OrderNotFound(number)


def test_an_adapter_of_the_host_is_made_by_its_name() -> None:
    name = f"{__name__}:AdapterOfTests"
    assert adapter_named(name).__class__.__name__ == "AdapterOfTests"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("no_such_module_of_ours:Orders", "cannot be made"),
        ("json:NoSuchThing", "cannot be made"),
        ("json:JSONDecodeError", "cannot be made"),
        ("json:JSONDecoder", "has not both"),
    ],
)
def test_what_is_no_adapter_is_named(name: str, says: str) -> None:
    with pytest.raises(BadSettings, match=says):
        adapter_named(name)
