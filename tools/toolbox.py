"""The tools that the answer node may call, built for one asker."""

from __future__ import annotations

from langchain_core.tools import BaseTool

from handrail.tools.asker import Asker
from handrail.tools.errands.leaving import LeaveErrands
from handrail.tools.help_center.tool import Search, help_center_tool
from handrail.tools.identity.tool import code_tool
from handrail.tools.ledger import Ledger
from handrail.tools.orders.protocol import Orders
from handrail.tools.orders.tool import order_tool
from handrail.tools.passwords.tool import password_tool


def build_toolbox(
    asker: Asker, orders: Orders, leave: LeaveErrands, ledger: Ledger, search: Search
) -> list[BaseTool]:
    """Return the tools of one run. The asker is fixed here; no tool takes an identity."""
    return [
        order_tool(asker, orders),
        password_tool(asker, leave, ledger),
        code_tool(asker, leave, ledger),
        help_center_tool(search),
    ]
