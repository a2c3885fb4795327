"""What the graph and the routes of one process share, opened at first use."""

from __future__ import annotations

from functools import cache

from handrail.graph.services import LazyServices, Services
from handrail.graph.settings import Settings


@cache
def shared_services() -> LazyServices:
    """Return the services of this process: graph and routes on one server open them once."""
    return LazyServices(_open)


def _open() -> Services:
    # Here, as it brings Chroma, SQLAlchemy and all stores: half of what building the graph took.
    from handrail.graph.opening import open_services  # noqa: PLC0415

    return open_services(Settings())
