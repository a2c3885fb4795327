"""One server of each kind for all tests that need one: starting takes tens of seconds."""

import pytest

from tests.app.servers import aegra, langgraph_dev, needs_aegra
from tests.postgres import own_database


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory, trained):
    """Return the folder that the development server keeps everything in."""
    folder = tmp_path_factory.mktemp("langgraph_dev")
    trained(folder / "data")
    return folder


@pytest.fixture(scope="session")
def server(server_folder):
    with langgraph_dev(server_folder) as url:
        yield url


@pytest.fixture(scope="session")
def aegra_folder(tmp_path_factory):
    """Return the folder of Aegra's log, and of what we keep beside its databases."""
    return tmp_path_factory.mktemp("aegra")


@pytest.fixture(scope="session")
def aegra_databases():
    """Give the URLs of Aegra's own database and of ours."""
    needs_aegra()
    with own_database() as theirs, own_database() as ours:
        yield theirs, ours


@pytest.fixture(scope="session")
def aegra_server(aegra_folder, aegra_databases):
    with aegra(aegra_folder, *aegra_databases) as url:
        yield url
