"""search_help_center (READ): search the help centre."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import Field

from handrail.prompts.load import load
from handrail.tools.arguments import Arguments, explain_arguments
from handrail.tools.effect import ReadTool

NAME = "search_help_center"

# Called with query, language and earlier; gives passages, best first, as plain JSON: their id,
# title, url, heading, text, lang, topic and similarity.
Search = Callable[[str, str, str | None], Awaitable[list[dict[str, Any]]]]


class SearchHelpCenter(Arguments):
    """What the model gives: what to look for, in which language, after which question."""

    query: str = Field(min_length=1, max_length=2000)
    language: str = Field(min_length=2, max_length=35)
    earlier: str | None = Field(default=None, max_length=2000)


def help_center_tool(search: Search) -> ReadTool:
    """Build the tool. It returns a JSON string; errors of `search` pass through."""

    async def search_help_center(query: str, language: str, earlier: str | None = None) -> str:
        passages = await search(query, language, earlier)
        return json.dumps({"passages": passages}, ensure_ascii=False)

    return ReadTool(
        name=NAME,
        description=load(f"tools/{NAME}"),
        args_schema=SearchHelpCenter,
        coroutine=search_help_center,
        handle_validation_error=explain_arguments,
    )
