"""The server's own configuration: whichever langgraph.json is in force must keep the doors shut."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from handrail.app.finding import Finding

# langgraph-api hands its configuration on in these, part by part.
PARTS = {
    "auth": "LANGGRAPH_AUTH", "http": "LANGGRAPH_HTTP", "checkpointer": "LANGGRAPH_CHECKPOINTER",
}  # fmt: skip
FILES = ("aegra.json", "langgraph.json")
OURS = {"auth": "handrail.app.auth:auth", "http": "handrail.app.http:app"}
IN_MEMORY = "inmem"
TTL = ("AEGRA_THREAD_TTL", "LANGGRAPH_THREAD_TTL")  # either goes before what the file says
KEEPS = "keep_latest"


def unsafe_wiring(environ: Mapping[str, str], folder: Path = Path()) -> Iterator[Finding]:
    """Find what is unsafe in the configuration that the server was started with; blocking."""
    if environ.get("LANGGRAPH_RUNTIME_EDITION") == IN_MEMORY:
        yield Finding(
            "server",
            "`langgraph dev` keeps conversations in its memory, and is for development",
            "Serve with Aegra; README.md, Serve it.",
        )
    try:
        place, wired = in_force(environ, folder)
    except ValueError as problem:
        yield Finding("server", f"Its configuration cannot be read: {problem}", "Mend the file.")
        return
    auth, http, serde = _part(wired, "auth"), _part(wired, "http"), _serde(wired)
    if not auth.get("path"):
        yield Finding(
            "server",
            f"{place} names no auth: everybody could read every conversation",
            f'Set "auth": {{"path": "{OURS["auth"]}"}}.',
        )
    if auth.get("disable_studio_auth") is not True and auth.get("path"):
        yield Finding(
            "server",
            f"{place} lets Studio in beside auth",
            'Set "disable_studio_auth": true in "auth".',
        )
    if http.get("enable_custom_route_auth") is not True:
        yield Finding(
            "server",
            f"{place} leaves our own routes without its auth",
            'Set "enable_custom_route_auth": true in "http".',
        )
    if serde.get("pickle_fallback") is not False:
        yield Finding(
            "server",
            f"{place} lets checkpoints be unpickled: who can write one could run code",
            'Set "checkpointer": {"serde": {"pickle_fallback": false}}.',
        )
    yield from _deleting(environ, place, _part(wired, "checkpointer").get("ttl"))


def _deleting(environ: Mapping[str, str], place: str, wired: Any) -> Iterator[Finding]:
    """Find what has the engine delete whole conversations, as both do where nothing is said."""
    named = next((name for name in TTL if environ.get(name, "").strip()), None)
    where, ttl = (named, _read(environ[named])) if named else (place, wired)
    strategy = ttl.get("strategy") if isinstance(ttl, dict) else None
    if ttl is not None and strategy != KEEPS:
        yield Finding(
            "server",
            f"{where} has conversations deleted when they reach an age, those of a legal hold and "
            "those that wait for a person as well",
            f'Set "strategy": "{KEEPS}" in that "ttl"; `handrail retention` is what deletes.',
        )


def _read(ttl: str) -> Any:
    try:
        return json.loads(ttl)
    except ValueError:
        return ttl


def in_force(environ: Mapping[str, str], folder: Path = Path()) -> tuple[str, dict[str, Any]]:
    """Return where the configuration in force stands, and what it says. Raises ValueError.

    langgraph-api has it in its environment; Aegra reads AEGRA_CONFIG where that file is there, else
    aegra.json, else langgraph.json, in the folder that it was started in.
    """
    if "LANGSERVE_GRAPHS" in environ:
        parts = {part: json.loads(environ.get(name) or "null") for part, name in PARTS.items()}
        return "The server's configuration", parts
    named = [environ["AEGRA_CONFIG"]] if environ.get("AEGRA_CONFIG") else []
    for name in (*named, *FILES):
        file = folder / name
        if file.exists():
            try:
                said = json.loads(file.read_text(encoding="utf-8"))
            except OSError as problem:
                raise ValueError(f"{file}: {problem.strerror}") from problem
            return str(file), said if isinstance(said, dict) else {}
    raise ValueError(f"there is none of {', '.join((*named, *FILES))}")


def _part(wired: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = wired.get(name)
    return part if isinstance(part, dict) else {}


def _serde(wired: Mapping[str, Any]) -> Mapping[str, Any]:
    return _part(_part(wired, "checkpointer"), "serde")
