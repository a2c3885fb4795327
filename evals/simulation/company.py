"""The demo company as it is played: opened apart from any real one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from handrail.graph.opening import open_services
from handrail.graph.services import Services
from handrail.graph.settings import Settings
from handrail.store.database import open_database


def ours(settings: Settings, folder: Path) -> Settings:
    """Return settings under which nothing of a real company is read or written.

    The model, the policy and the examples stay; the heads and the demo's articles are those of
    the data folder where that is the demo's, else they are made in `folder`.
    """
    demo = settings.company == "demo" and not settings.chroma_url
    return settings.model_copy(
        update={
            "data": settings.data if demo else folder,
            "database_url": f"sqlite:///{folder}/simulation.db",
            "company": "demo",
            "chroma_url": None,
            "orders": None,
            "passwords": None,
            "smtp_url": None,
            "mailbox": folder / "mail",
            "limits_url": None,
        }
    )


@dataclass(frozen=True)
class Company:
    """The demo company, opened once, with tables of its own in `engine`."""

    services: Services
    engine: Engine


def open_company(settings: Settings, folder: Path) -> Company:
    """Open the demo company with its tables in a folder; blocking. Raises as open_services does."""
    own = ours(settings, folder)
    return Company(open_services(own), open_database(own.database()))
