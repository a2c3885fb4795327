"""Open the orders that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import cast

from sqlalchemy import Engine

from handrail.tools.backends.address import service_address
from handrail.tools.backends.http import HttpBackend
from handrail.tools.backends.signed import SignedBackend
from handrail.tools.configuration import secret_named
from handrail.tools.errors import BadSettings
from handrail.tools.orders.configuration import (
    FILE,
    Embedded,
    HttpEndpoint,
    PythonAdapter,
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
        case PythonAdapter():
            return adapter_named(configured.adapter)
        case Embedded():
            return SqlOrders(engine)


def adapter_named(name: str) -> Orders:
    """Return what `module:name` makes when it is called. Raises BadSettings."""
    module, _, maker = name.partition(":")
    mend = f"The module has to be installed beside Handrail, and {maker} to take no arguments."
    try:
        made = getattr(import_module(module), maker)()
    except (ImportError, AttributeError, TypeError) as problem:
        what = f"The file of {FILE} names the adapter {name}, and it cannot be made: {problem}"
        raise BadSettings(what, mend) from problem
    if not (hasattr(made, "for_customer") and hasattr(made, "find")):
        raise BadSettings(f"What {name} makes has not both for_customer and find", mend)
    return cast("Orders", made)
