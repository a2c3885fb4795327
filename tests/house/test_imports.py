"""Imports run one way, and every folder with code is in the wheel."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("app", "evals", "graph", "tools", "store", "models", "prompts")
MAY_IMPORT = {
    "app": {"app", "evals", "graph", "tools", "store", "models", "prompts"},
    "evals": {"evals", "graph", "tools", "store", "models", "prompts"},
    "graph": {"graph", "tools", "store", "models", "prompts"},
    "tools": {"tools", "store", "models", "prompts"},
    "store": {"store", "prompts"},
    "models": {"models", "prompts"},
    "prompts": {"prompts"},
}


def imported_folders(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [node.module or ""]
        found |= {n.split(".")[1] for n in names if n.startswith("handrail.") and n.count(".") >= 1}
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_imports_run_one_way(folder):
    files = list((ROOT / folder).rglob("*.py"))
    assert files, f"{folder}/ holds no code"
    for path in files:
        beyond = imported_folders(path) - MAY_IMPORT[folder]
        assert not beyond, f"{path.relative_to(ROOT)} imports {sorted(beyond)}"


def test_every_folder_with_code_is_listed_as_a_package():
    listed = set(
        tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    )
    there = {
        "handrail." + ".".join(path.parent.relative_to(ROOT).parts)
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts
    }
    assert listed == there


def test_init_files_do_nothing_but_name_the_guards():
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("__init__.py"):
            body = ast.parse(path.read_text(encoding="utf-8")).body
            rest = [node for node in body if not isinstance(node, ast.Expr)]
            if path.parent.name != "guards":
                assert not rest, f"{path.relative_to(ROOT)} holds more than a docstring"
