from __future__ import annotations

import json
from typing import Any

from handrail.tools.effect import Effect
from handrail.tools.help_center.tool import help_center_tool

PASSAGE = {
    "id": "returns#1", "title": "Rücksendung", "url": "https://help.fernhill.example/returns",
    "heading": "Fristen", "text": "Sie können Artikel zurückgeben.", "lang": "de",
    "topic": "refund_policy", "similarity": 0.8,
}  # fmt: skip


async def search(query: str, language: str, earlier: str | None) -> list[dict[str, Any]]:
    return [PASSAGE] if (query, language) == ("Frist", "de") else []


async def test_passages_come_back_as_json() -> None:
    tool = help_center_tool(search)
    found = await tool.ainvoke({"query": "Frist", "language": "de"})
    assert json.loads(found) == {"passages": [PASSAGE]}
    assert "Rücksendung" in found
    assert json.loads(await tool.ainvoke({"query": "x", "language": "en"})) == {"passages": []}


async def test_an_empty_query_is_explained() -> None:
    answer = json.loads(await help_center_tool(search).ainvoke({"query": " ", "language": "en"}))
    assert answer["outcome"] == "bad_arguments"


def test_it_says_that_it_only_reads() -> None:
    assert help_center_tool(search).effect is Effect.READ
