"""Run once before any worker starts: both schemas, the help centre, the trained heads.

Workers that migrated side by side would wait for each other, or fail. This is a program of its own
because Aegra reads its settings when it is imported.
"""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module

from handrail.graph.opening import open_services
from handrail.graph.settings import Settings
from handrail.store.errors import StoreDown
from handrail.store.knowledge.protocol import KnowledgeDown


def main() -> int:
    """Bring the engine's database and ours to their schema, and open our services once."""
    import_module("aegra_api.core.migrations").run_migrations()
    asyncio.run(_begin_engine())
    try:
        knowledge = open_services(Settings()).knowledge
        print(f"{asyncio.run(knowledge.count())} passages", flush=True)  # noqa: T201 - the log
    except (StoreDown, KnowledgeDown) as problem:
        print(problem, file=sys.stderr)  # noqa: T201
        return 1
    return 0


async def _begin_engine() -> None:
    """Create the checkpointer's tables and the graph's assistant, as a starting worker would.

    Of two workers that insert the assistant at once, one fails and takes the server with it.
    """
    manager = import_module("aegra_api.core.database").db_manager
    await manager.initialize()
    await import_module("aegra_api.services.langgraph_service").get_langgraph_service().initialize()
    await manager.close()


if __name__ == "__main__":
    sys.exit(main())
