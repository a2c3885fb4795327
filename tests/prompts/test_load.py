from __future__ import annotations

from pathlib import Path

import pytest

from handrail.prompts.load import load


def test_a_prompt_is_its_file_without_the_space_around_it() -> None:
    file = Path(__file__).parents[2] / "prompts" / "tools" / "look_up_order.md"
    assert load("tools/look_up_order") == file.read_text(encoding="utf-8").strip()


def test_a_prompt_that_is_missing_names_its_file() -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.md"):
        load("nothing")
