"""Open the orders that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine

from handrail.tools.backends.address import service_address
from handrail.tools.backends.http import HttpBackend
from handrail.tools.backends.signed import SignedBackend
from handrail.tools.configuration import secret_named
from handrail.tools.orders.configuration import (
    FILE,
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
            database = open_shop_database(
                secret_named(environ, configured.url_env, "url_env", FILE)
            )
            return MappedSqlOrders(database, configured)
        case HttpEndpoint():
            backend = HttpBackend(SERVICE, service_address(configured.url, SERVICE))
            secret = secret_named(environ, configured.secret_env, "secret_env", FILE)
            return SignedHttpOrders(SignedBackend(backend, secret))
        case ShopifyShop():
            backend = HttpBackend("Shopify", service_address(configured.url, "Shopify"))
            token = secret_named(environ, configured.token_env, "token_env", FILE)
            return ShopifyOrders(backend, token, configured.version)
        case Embedded():
            return SqlOrders(engine)
