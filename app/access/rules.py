"""What each role may do with the threads, assistants, crons and store of a LangGraph server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handrail.app.access.runs import beyond, refused_run
from handrail.app.access.user import User

Verdict = bool | dict[str, str]
OWNER = "owner"  # our key in a thread's metadata
CUSTOMER = "customer_id"  # by which a customer's threads are found when they want to be forgotten
THREAD = frozenset({"thread_id", "metadata", "if_exists"})  # what a browser may say of a new one
EVERYDAY: Mapping[str, frozenset[str]] = {
    "threads": frozenset({"create", "read", "search", "create_run"}),
    "assistants": frozenset({"read", "search"}),
}


class Forbidden(Exception):
    """Somebody may not do what they ask for; says why."""


def decide(user: User, resource: str, action: str, value: Any) -> Verdict:
    """Return whether it may be done, or the filter that what it touches has to pass.

    Marks a customer's new thread as theirs, in `value`. Raises Forbidden.
    """
    if user.role is None:
        return False
    if user.thread is not None:
        return _may_act(user, resource, action, value)
    if user.role == "service":
        return True  # a back end of the host product
    if action not in EVERYDAY.get(resource, ()):
        raise Forbidden(f"The role {user.role} may not {action} {resource}.")
    if resource == "threads" and action == "create_run":
        problem = refused_run(value, events=user.role == "agent")
        if problem:
            raise Forbidden(problem)
    if resource == "threads" and action == "create":
        _check_thread(value)
    if user.role == "agent" or resource != "threads":
        return True
    if action in {"create", "create_run"}:
        _mark(value, user)
    return {OWNER: user.id}


def _may_act(user: User, resource: str, action: str, value: Any) -> Verdict:
    """Let an agent's act start its one run; the server reads assistant and thread on the way."""
    if (resource, action) == ("assistants", "read"):
        return True
    named = str(value.get("thread_id")) == user.thread
    if not named or resource != "threads" or action not in {"create_run", "read"}:
        raise Forbidden(f"An act on {user.thread} may not {action} {resource} beside it.")
    problem = refused_run(value, events=True) if action == "create_run" else None
    if problem:
        raise Forbidden(problem)
    return True


def _check_thread(value: Mapping[str, Any]) -> None:
    """Refuse what would end a conversation by itself, or give it a state. Raises Forbidden."""
    unknown = beyond(value, THREAD)
    if unknown:
        raise Forbidden(f"Conversations may not be given: {', '.join(unknown)}.")


def _mark(value: dict[str, Any], user: User) -> None:
    """Write whose thread it is into the metadata, in place: the servers go on with that dict."""
    marks = {OWNER: user.id}
    if user.customer_id:
        marks[CUSTOMER] = user.customer_id
    metadata = value.get("metadata")
    if isinstance(metadata, dict):
        metadata.update(marks)
    else:
        value["metadata"] = marks
