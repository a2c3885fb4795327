"""One LangGraph server for every way in over it."""

from tests.app.conftest import server, server_folder

__all__ = ["server", "server_folder"]
