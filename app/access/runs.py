"""Which runs a browser may start: new messages from the customer, and nothing that steers a run.

The desk may also send events, and answer an approval that a run has raised.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

# LangGraph Platform gives a run in `kwargs`, with what the server itself puts into `config`;
# Aegra gives the body of the request. What is in neither list is refused.
HARMLESS = frozenset(
    {
        "assistant_id", "thread_id", "run_id", "status", "metadata", "prevent_insert_if_inflight",
        "if_not_exists", "kwargs", "input", "stream", "stream_mode", "on_disconnect",
        "stream_subgraphs", "subgraphs", "stream_resumable", "resumable", "feedback_keys",
        "checkpoint_during", "durability", "langsmith_tracer", "multitask_strategy", "config",
        "temporary", "on_completion",
    }
)  # fmt: skip
SAFE_STREAMS = frozenset({"values", "updates", "messages", "messages-tuple", "custom"})
POLITE = frozenset({None, "enqueue", "reject"})  # the others stop a run of somebody else
CUSTOMERS = frozenset({"user", "human"})
PLAIN = frozenset({"role", "type", "content", "id", "name"})
POINTS = ("checkpoint_id", "checkpoint_ns", "checkpoint_map")


def beyond(asked: Mapping[str, Any], allowed: Collection[str]) -> list[str]:
    """Return the names under which something is given that is not among those allowed."""
    return sorted(name for name, given in asked.items() if given and name not in allowed)


def refused_run(value: dict[str, Any], *, events: bool) -> str | None:
    """Return why such a run may not be started by a customer or agent; None where it may be.

    `events` lets events of the desk pass, and answers to an approval. Where a chat window
    names a point in the past to go on from, as some do unasked, that is taken out: a conversation
    goes on from where it is.
    """
    inner = value.get("kwargs")
    run = {**value, **inner} if isinstance(inner, dict) else value
    answers = events and _is_answer(run)
    if answers:
        run = {name: given for name, given in run.items() if name not in {"command", "input"}}
    if not run.get("thread_id"):
        return "Open a thread first: a conversation that somebody may have to take over must last."
    unknown = beyond(run, HARMLESS)
    if unknown:
        return f"Runs may not be given: {', '.join(unknown)}."
    if run.get("multitask_strategy") not in POLITE:
        return "A run may wait for the one before it, and not put an end to it."
    modes = run.get("stream_mode") or []
    safe = SAFE_STREAMS | {"events"} if answers else SAFE_STREAMS
    if not set([modes] if isinstance(modes, str) else modes) <= safe:
        return f"These can be streamed: {', '.join(sorted(SAFE_STREAMS))}."
    problem = _config_problem(run.get("config"), served=isinstance(inner, dict))
    return problem if answers else problem or _input_problem(run.get("input"), events=events)


def _is_answer(run: Mapping[str, Any]) -> bool:
    """Tell whether a run only answers: it resumes, and changes or begins nothing beside."""
    command = run.get("command")
    if not isinstance(command, dict) or run.get("input"):
        return False
    return {name for name, given in command.items() if given is not None} == {"resume"}


def _config_problem(config: Any, *, served: bool) -> str | None:
    """Return what is wrong with a configuration; what the server put there itself is right."""
    if not config:
        return None
    if not served or not isinstance(config, dict) or any(config[key] for key in _beside(config)):
        return "Runs may not be given a config."
    configurable = config.get("configurable") or {}
    for name in POINTS:
        configurable.pop(name, None)
    return None


def _beside(config: Mapping[str, Any]) -> list[str]:
    return [key for key in config if key != "configurable"]


def _input_problem(given: Any, *, events: bool) -> str | None:
    if not isinstance(given, dict):
        return "Send messages as the input."
    allowed = {"messages", "event"} if events else {"messages"}
    unknown = sorted(name for name, it in given.items() if it is not None and name not in allowed)
    if unknown:
        return f"The input may not hold: {', '.join(unknown)}."
    messages = given.get("messages") or []
    if not all(_is_said(it) for it in (messages if isinstance(messages, list) else [messages])):
        return 'Only messages of the customer may be added: {"role": "user", "content": "..."}.'
    return None


def _is_said(message: Any) -> bool:
    """Tell whether this adds a customer's message; others take messages away, or forge them."""
    if isinstance(message, str):
        return True
    if not isinstance(message, dict) or any(message[key] for key in set(message) - PLAIN):
        return False
    return message.get("role", message.get("type")) in CUSTOMERS
