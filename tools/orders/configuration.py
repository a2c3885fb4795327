"""Where the orders are: the file that HANDRAIL_ORDERS names. See docs/backends.md."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator

from handrail.store.shop import OrderStatus
from handrail.tools.configuration import read_file

FILE = "orders"
# A column, or a column that holds JSON and the way into it: ["fulfillments", 0, "tracking_id"].
Place = str | Annotated[list[str | int], Field(min_length=2)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Embedded(_Part):
    """Our own table `orders`."""

    kind: Literal["embedded"]


class OrderColumns(_Part):
    """Which column says what of an order."""

    number: Place
    customer_id: str
    status: Place
    placed_on: Place | None = None
    carrier: Place | None = None
    tracking: Place | None = None
    expected_on: Place | None = None
    delivered_on: Place | None = None
    currency: Place | None = None


class ItemTable(_Part):
    """Lines in a table of their own: its column `order` holds what `key` holds in the orders."""

    table: str
    order: str
    key: str
    name: str
    quantity: str | None = None
    price: str | None = None


class ItemJson(_Part):
    """Lines in a column that holds a JSON list; `name` and the others are keys in each."""

    column: str
    name: str
    quantity: str | None = None
    price: str | None = None


class SqlMapping(_Part):
    """Orders in a database of the shop's own; `url_env` names the variable with its address.

    `status` maps the shop's words to ours. `time_zone` is that of times without one.
    """

    kind: Literal["sql"]
    url_env: str
    table: str
    columns: OrderColumns
    status: dict[str, OrderStatus]
    db_schema: str | None = Field(None, alias="schema")
    items: ItemTable | ItemJson | None = None
    currency: Currency = "EUR"
    prices_in_cents: bool = False
    time_zone: str = "UTC"

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError) as problem:
            raise ValueError(f"no time zone {name!r}") from problem


class HttpEndpoint(_Part):
    """Orders behind an endpoint of the shop's own."""

    kind: Literal["http"]
    url: str
    secret_env: str


class ShopifyShop(_Part):
    """Orders in Shopify; `url` is https://the-shop.myshopify.com."""

    kind: Literal["shopify"]
    url: str
    token_env: str
    version: str = Field("2026-07", pattern=r"^\d{4}-\d{2}$")


class PythonAdapter(_Part):
    """An adapter of the host's own: a module, a colon, and what makes an `Orders` when called."""

    kind: Literal["python"]
    adapter: str = Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$")


Configuration = Embedded | SqlMapping | HttpEndpoint | ShopifyShop | PythonAdapter


class _File(RootModel[Annotated[Configuration, Field(discriminator="kind")]]):
    pass


def read_configuration(path: Path) -> Configuration:
    """Return what the file says. Raises BadSettings, which names each key that is wrong."""
    return read_file(path, _File, FILE).root
