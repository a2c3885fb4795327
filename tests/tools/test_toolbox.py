from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from sqlalchemy import Engine

from handrail.graph.clock import now
from handrail.store.audit.memory import MemoryAudit
from handrail.store.errands.memory import MemoryErrands
from handrail.tools.asker import Asker
from handrail.tools.effect import Effect, ReadTool, WriteTool
from handrail.tools.errands.leaving import LeaveErrands
from handrail.tools.ledger import Ledger
from handrail.tools.orders.sql import SqlOrders
from handrail.tools.toolbox import build_toolbox


async def search(query: str, language: str, earlier: str | None) -> list[dict[str, Any]]:
    return [{"query": query, "language": language}]


@pytest.fixture
def toolbox(engine: Engine, ada: Asker) -> list[BaseTool]:
    return build_toolbox(
        ada,
        SqlOrders(engine),
        LeaveErrands(MemoryErrands(), now),
        Ledger(MemoryAudit(), now),
        search,
    )


def test_models_see_these_arguments_and_no_identity(toolbox: list[BaseTool]) -> None:
    described = [convert_to_openai_tool(tool)["function"] for tool in toolbox]
    assert {each["name"]: list(each["parameters"]["properties"]) for each in described} == {
        "look_up_order": ["order_number"],
        "send_password_reset": ["email"],
        "send_verification_code": ["email"],
        "search_help_center": ["query", "language", "earlier"],
    }
    assert [each["parameters"].get("required", []) for each in described] == [
        [], [], [], ["query", "language"],
    ]  # fmt: skip


def test_each_is_described_by_its_prompt(toolbox: list[BaseTool]) -> None:
    folder = Path(__file__).parents[2] / "prompts" / "tools"
    assert {path.stem for path in folder.glob("*.md")} == {tool.name for tool in toolbox}
    for tool in toolbox:
        text = (folder / f"{tool.name}.md").read_text(encoding="utf-8").strip()
        assert convert_to_openai_tool(tool)["function"]["description"] == text


def test_each_is_read_or_write(toolbox: list[BaseTool]) -> None:
    effects = {tool.name: tool.effect for tool in toolbox if isinstance(tool, ReadTool | WriteTool)}
    assert effects == {
        "look_up_order": Effect.READ,
        "send_password_reset": Effect.WRITE,
        "send_verification_code": Effect.WRITE,
        "search_help_center": Effect.READ,
    }


def test_there_is_no_sync_twin(toolbox: list[BaseTool]) -> None:
    for tool in toolbox:
        with pytest.raises(NotImplementedError):
            tool.invoke({"query": "x", "language": "en"})
