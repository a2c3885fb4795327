"""Tools are capabilities: which a run may have."""

import pytest
from langchain_core.tools import StructuredTool

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
