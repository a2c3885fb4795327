"""Which Python runs production: Aegra needs 3.12, and lives in an environment of its own."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from handrail.app.prod.errors import CannotStart

ROOT = Path(__file__).resolve().parents[2]
BESIDE = ROOT / ".venv-aegra" / "bin" / "python"


def engine_python() -> Path:
    """Return the interpreter that has Aegra: this one, or .venv-aegra's. Raises CannotStart."""
    if find_spec("aegra_api") is not None:
        return Path(sys.executable)
    if BESIDE.is_file():
        return BESIDE
    raise CannotStart("Aegra is not installed", "Run: make aegra-env")
