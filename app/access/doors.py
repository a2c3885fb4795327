"""The routes of a LangGraph server that customers may use: a short list, and nothing beside it.

The servers' own checks cannot tell reading a conversation from reading one of its runs. A run of
the desk holds the notes that agents write for each other, so customers get no runs to read.
"""

from __future__ import annotations

import re

OURS = "/handrail/"  # our routes let callers in by themselves, and answer in one way
DOORS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (method, re.compile(path))
    for method, path in (
        ("POST", r"/threads(/search|/count)?"),
        ("GET", r"/threads/[^/]+(/state|/history|/stream)?"),
        ("POST", r"/threads/[^/]+/history"),
        ("POST", r"/threads/[^/]+/runs(/stream|/wait)?"),
        ("GET", r"/threads/[^/]+/runs/[^/]+/(stream|join)"),
        ("POST", r"/assistants/search"),
        ("GET", r"/assistants/[^/]+(/schemas)?"),
        ("GET", r"/info"),
    )
)


def is_ours(path: str) -> bool:
    """Tell whether a path is one of our routes."""
    return path.startswith(OURS)


def open_to_customers(method: str, path: str) -> bool:
    """Tell whether customers may use this route of the server."""
    return is_ours(path) or any(
        method == door and pattern.fullmatch(path) for door, pattern in DOORS
    )
