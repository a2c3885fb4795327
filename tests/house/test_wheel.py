"""Our wheel beside a product that has folders named tools/ and graph/ of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("app", "evals", "graph", "models", "prompts", "store", "tools")
FILES = ("pyproject.toml", "README.md", "LICENSE")
LEFT_OUT = shutil.ignore_patterns("node_modules", "__pycache__", "dist")
BOTH = """
import graph, tools                      # the product's
from graph.flow import STEP
from tools.hammer import NAME
from handrail.app.new import make_project
from handrail.graph.graph import build_graph
from handrail.tools.toolbox import build_toolbox
import handrail.graph, handrail.tools

assert (STEP, NAME) == ("ours", "hammer")
assert build_graph().name == "support"
assert graph.__file__ != handrail.graph.__file__
assert all("installed" in module.__file__ for module in (handrail.graph, handrail.tools))
from pathlib import Path
assert Path("made/shop/orders.py") in make_project(Path("made"))
"""


def pip(*arguments: object) -> None:
    command = [sys.executable, "-m", "pip", *map(str, arguments), "--quiet", "--no-deps"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return a folder with our wheel in it, built from a copy: building leaves files behind."""
    folder = tmp_path_factory.mktemp("wheel")
    source, target = folder / "source", folder / "installed"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, source / name, ignore=LEFT_OUT)
    for name in FILES:
        shutil.copy(ROOT / name, source / name)
    pip("wheel", "--no-build-isolation", "--no-index", "-w", folder, source)
    [wheel] = folder.glob("handrail-*.whl")
    pip("install", "--no-index", "--target", target, wheel)
    return target


def test_both_work_in_one_interpreter(installed, tmp_path):
    for package, module, line in (
        ("graph", "flow", 'STEP = "ours"'),
        ("tools", "hammer", 'NAME = "hammer"'),
    ):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("", "utf-8")
        (tmp_path / package / f"{module}.py").write_text(line, "utf-8")
    (tmp_path / "product.py").write_text(BOTH, "utf-8")
    environment = {
        "PYTHONPATH": str(installed),
        "HANDRAIL_DATA": str(tmp_path),
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "product.py"], cwd=tmp_path, env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
