"""Open the orders that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine

from handrail.tools.backends.address import service_address
from handrail.tools.backends.http import HttpBackend
from handrail.tools.backends.signed import SignedBackend
from handrail.tools.errors import BadSettings
from handrail.tools.orders.configuration import (
    Embedded,
    HttpEndpoint,
    ShopifyShop,
    SqlMapping,
    read_configuration,
)  # fmt: skip
from handrail.tools.orders.mapped_sql import MappedSqlOrders, open_shop_database
from handrail.tools.orders.protocol import Orders
from handrail.tools.orders.shopify import ShopifyOrders
from handrail.tools.orders.signed_http import SignedHttpOrders
from handrail.tools.orders.sql import SqlOrders

SERVICE = "the shop's service"


def open_orders(file: Path | None, engine: Engine, environ: Mapping[str, str]) -> Orders:
    """Return the adapter that a file names; without one, our own table in `engine`.

    Secrets stand in `environ`, under the names that the file gives. Nothing is called yet.
    Raises BadSettings.
    """
    configured = Embedded(kind="embedded") if file is None else read_configuration(file)
    match configured:
        case SqlMapping():
            database = open_shop_database(_secret(environ, configured.url_env, "url_env"))
            return MappedSqlOrders(database, configured)
        case HttpEndpoint():
            backend = HttpBackend(SERVICE, service_address(configured.url, SERVICE))
            secret = _secret(environ, configured.secret_env, "secret_env")
            return SignedHttpOrders(SignedBackend(backend, secret))
        case ShopifyShop():
            backend = HttpBackend("Shopify", service_address(configured.url, "Shopify"))
            token = _secret(environ, configured.token_env, "token_env")
            return ShopifyOrders(backend, token, configured.version)
        case Embedded():
            return SqlOrders(engine)


def _secret(environ: Mapping[str, str], name: str, key: str) -> str:
    value = environ.get(name, "")
    if not value:
        what = f"The file of orders names the variable {name} as {key}, and it is not set"
        raise BadSettings(what, f"Set {name} in the environment or in .env.")
    return value
