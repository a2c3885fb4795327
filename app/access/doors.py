"""The routes of a LangGraph server that people may use: two short lists, and nothing beside them.

The servers' own checks cannot tell reading a conversation from reading one of its runs. A run of
the desk holds the notes that agents write for each other, so customers get no runs to read.
"""

from __future__ import annotations

import re

OURS = "/handrail/"  # our routes let callers in by themselves, and answer in one way
Door = tuple[str, re.Pattern[str]]


def _doors(*routes: tuple[str, str]) -> tuple[Door, ...]:
    return tuple((method, re.compile(path)) for method, path in routes)


DOORS = _doors(
    ("POST", r"/threads(/search|/count)?"),
    ("GET", r"/threads/[^/]+(/state|/history|/stream)?"),
    ("POST", r"/threads/[^/]+/history"),
    ("POST", r"/threads/[^/]+/runs(/stream|/wait)?"),
    ("GET", r"/threads/[^/]+/runs/[^/]+/(stream|join)"),
    ("POST", r"/assistants/search"),
    ("GET", r"/assistants/[^/]+(/schemas)?"),
    ("GET", r"/info"),
)
# Agents read more, and change nothing but by a run on a thread.
DESK_DOORS = DOORS + _doors(
    ("GET", r"/threads"),
    ("GET", r"/threads/[^/]+/(state/[^/]+|storage)"),
    ("POST", r"/threads/[^/]+/state/checkpoint"),
    ("GET", r"/threads/[^/]+/runs(/[^/]+)?"),
    ("GET", r"/assistants"),
    ("GET", r"/assistants/[^/]+/(graph|subgraphs(/[^/]+)?)"),
    ("POST", r"/assistants/(count|[^/]+/versions)"),
)


def open_to_act(thread: str, method: str, path: str) -> bool:
    """Tell whether an act on a thread may use this route: it starts a run there, and no more."""
    return method == "POST" and path == f"/threads/{thread}/runs/wait"


def is_ours(path: str) -> bool:
    """Tell whether a path is one of our routes."""
    return path.startswith(OURS)


def open_to_customers(method: str, path: str) -> bool:
    """Tell whether customers may use this route of the server."""
    return _is_among(DOORS, method, path)


def open_to_agents(method: str, path: str) -> bool:
    """Tell whether agents may use this route of the server."""
    return _is_among(DESK_DOORS, method, path)


def _is_among(doors: tuple[Door, ...], method: str, path: str) -> bool:
    return is_ours(path) or any(
        method == door and pattern.fullmatch(path) for door, pattern in doors
    )
