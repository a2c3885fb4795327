"""One LangGraph server for every way in over it."""

from tests.app.conftest import aegra_server, aegra_stack, server, server_folder

__all__ = ["aegra_server", "aegra_stack", "server", "server_folder"]
