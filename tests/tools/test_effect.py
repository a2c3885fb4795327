"""Tools are capabilities: which a run may have."""

import pytest
from langchain_core.tools import StructuredTool
from pydantic import Field

from handrail.tools.arguments import Arguments, explain_arguments
from handrail.tools.effect import ReadTool, WriteTool, allowed


async def nothing() -> str:
    return ""


def made(kind, name, **more):
    return kind.from_function(coroutine=nothing, name=name, description="x", **more)


TOOLS = [
    made(ReadTool, "read"),
    made(WriteTool, "change"),
    made(WriteTool, "mail_the_owner", to_owner_only=True),
    made(StructuredTool, "says_nothing"),
]


@pytest.mark.parametrize(
    ("verified", "may_write", "names"),
    [
        (True, True, ["read", "change", "mail_the_owner", "says_nothing"]),
        (False, True, ["read", "mail_the_owner"]),
        (True, False, ["read"]),
        (False, False, ["read"]),
    ],
)
def test_who_may_have_which(verified, may_write, names):
    found = allowed(TOOLS, verified=verified, may_write=may_write)
    assert [tool.name for tool in found] == names


class Given(Arguments):
    """What the tool of the test takes."""

    number: str = Field(min_length=2)
    more: str = "none"


@pytest.mark.parametrize("explain", [explain_arguments, True])
@pytest.mark.parametrize(
    "given",
    [
        {"number": " FH-1 "},
        {"number": 10, "more": "some", "unknown": "left out"},
        {"number": "x"},
        {},
        {"number": "FH-1", "config": {}, "run_manager": None},
    ],
    ids=str,
)
async def test_alone_it_comes_to_what_langchain_has_it_come_to(given, explain):
    async def told(number: str, more: str) -> str:
        return f"{number}, {more}"

    tool = ReadTool(
        name="told", description="x", args_schema=Given, coroutine=told,
        handle_validation_error=explain,
    )  # fmt: skip
    assert await tool.run_alone(given, {}) == await tool.ainvoke(given)
