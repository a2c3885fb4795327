"""One server of each kind for all tests that need one: starting takes tens of seconds."""

import pytest

from tests.app.servers import aegra, langgraph_dev


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with langgraph_dev(tmp_path_factory.mktemp("langgraph_dev")) as url:
        yield url


@pytest.fixture(scope="session")
def aegra_server(tmp_path_factory):
    with aegra(tmp_path_factory.mktemp("aegra")) as url:
        yield url
