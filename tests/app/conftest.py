"""One server of each kind for all tests that need one: starting takes tens of seconds."""

import pytest

from tests.app.servers import aegra, langgraph_dev, needs_aegra


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
def aegra_stack(tmp_path_factory, trained):
    """Give production with two workers."""
    needs_aegra()
    folder = tmp_path_factory.mktemp("aegra")
    trained(folder / "data")
    with aegra(folder) as stack:
        yield stack


@pytest.fixture(scope="session")
def aegra_server(aegra_stack):
    return aegra_stack.url
