"""What tests share: one set of real services, opened once, and a clock nobody waits for."""

import shutil
from pathlib import Path

import pytest
import structlog
from hypothesis import settings as hypothesis_settings

from handrail.graph import graph as drawing
from handrail.graph.opening import open_services
from handrail.graph.settings import Settings

# Machines are noisy: a property is about what holds, not about how long it takes.
hypothesis_settings.register_profile("handrail", deadline=None)
hypothesis_settings.load_profile("handrail")


@pytest.fixture(autouse=True)
def _quiet_log():
    # Before each test: a command that ran in this process has set its own, to a file now closed.
    structlog.reset_defaults()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))


@pytest.fixture(scope="session", autouse=True)
def _no_long_pause():
    """Have graphs of ours try again as often as ever, and nobody wait for it."""
    hurried = drawing.PATIENT._replace(initial_interval=0.01, jitter=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "PATIENT", hurried)
        yield


@pytest.fixture(scope="session")
def real_data(tmp_path_factory):
    """Return the folder in which the real services keep what they keep."""
    return tmp_path_factory.mktemp("handrail")


@pytest.fixture(scope="session")
def real_services(real_data):
    """Open the embedded defaults in a folder of this run's own."""
    return open_services(Settings(_env_file=None, data=real_data))


@pytest.fixture(scope="session")
def trained(real_data, real_services):
    """Return what puts the trained heads and the filled help centre into another folder."""

    def into(folder: Path) -> Path:
        for kept_once in ("models", "chroma"):
            shutil.copytree(real_data / kept_once, folder / kept_once)
        shutil.copy(real_data / "demo-help-center.sha256", folder)
        return folder

    return into
