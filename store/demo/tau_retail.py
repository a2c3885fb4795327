"""Load the retail data of tau-bench: customers and orders that we did not write."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from handrail.store.demo.rows import BadCompany, customer_row, order_row, save
from handrail.store.shop import OrderRow, OrderStatus

STATUS: dict[str, OrderStatus] = {
    "pending": "processing",
    "processed": "packed",
    "delivered": "delivered",
    "cancelled": "cancelled",
}


def load_tau_retail(engine: Engine, folder: Path) -> None:
    """Put users.json, orders.json and products.json of a folder into the tables.

    The data has no dates, so these stay empty, and its dollar prices are kept as euros.
    Raises BadCompany or StoreDown.
    """
    users, orders, products = (
        _read(folder / name) for name in ("users.json", "orders.json", "products.json")
    )
    try:
        names = {key: str(product["name"]) for key, product in products.items()}
        customer_rows = [
            customer_row(
                id=key,
                name=f"{user['name']['first_name']} {user['name']['last_name']}",
                email=user["email"],
            )
            for key, user in users.items()
        ]
        order_rows = [_order_row(order, names) for order in orders.values()]
    except (KeyError, TypeError) as problem:
        raise BadCompany(folder, [f"not the shape of tau-bench retail: {problem!r}"]) from problem
    save(engine, folder, customer_rows, order_rows)


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as problem:
        raise BadCompany(path, [f"cannot be read: {problem}"]) from problem


def _order_row(order: dict[str, Any], names: dict[str, str]) -> OrderRow:
    lines = Counter((_name(item, names), Decimal(str(item["price"]))) for item in order["items"])
    tracking = [number for sent in order["fulfillments"] for number in sent["tracking_id"]]
    return order_row(
        order["order_id"],
        order["user_id"],
        STATUS[order["status"]],
        [(name, quantity, price) for (name, price), quantity in lines.items()],
        tracking=", ".join(tracking) or None,
    )


def _name(item: dict[str, Any], names: dict[str, str]) -> str:
    name = names.get(item["product_id"], item["name"])
    options = ", ".join(str(option) for option in item["options"].values())
    return f"{name} ({options})" if options else name
