"""The pages' types say what the routes say."""

import json
import runpy
import shlex
import subprocess
from pathlib import Path

import pytest

UI = Path(__file__).parents[3] / "app" / "ui"
BINARIES = UI / "node_modules" / ".bin"
DOCUMENT, TYPES = "openapi.json", "src/lib/openapi.ts"


@pytest.mark.skipif(not BINARIES.exists(), reason="npm has not installed the pages' packages")
def test_the_types_of_the_pages_are_those_of_the_routes(tmp_path):
    command = json.loads((UI / "package.json").read_text("utf-8"))["scripts"]["types"]
    document, types = tmp_path / "openapi.json", tmp_path / "openapi.ts"
    runpy.run_path(str(UI / "scripts" / "openapi.py"))["main"](document)
    name, *words = shlex.split(command.split("&&")[-1])
    given = [{DOCUMENT: str(document), TYPES: str(types)}.get(word, word) for word in words]
    subprocess.run([BINARIES / name, *given], check=True, capture_output=True, cwd=UI)
    made, kept = types.read_text("utf-8"), (UI / TYPES).read_text("utf-8")
    assert made == kept, "run `npm run types` in app/ui"
