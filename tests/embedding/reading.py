"""Read a stream of AG-UI with the protocol's own types, and hold it to the protocol's order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ag_ui.core import Event
from pydantic import TypeAdapter

EVENT: TypeAdapter[Any] = TypeAdapter(Event)


@dataclass
class Run:
    """The events of one run, checked."""

    events: list[Any]

    def of(self, kind: str) -> list[Any]:
        return [event for event in self.events if event.type.value == kind]

    def texts(self) -> dict[str, str]:
        """Return what each message said, by its id."""
        said: dict[str, str] = {}
        for event in self.of("TEXT_MESSAGE_CONTENT"):
            said[event.message_id] = said.get(event.message_id, "") + event.delta
        return said

    def custom(self) -> list[str]:
        return [event.name for event in self.of("CUSTOM")]

    @property
    def state(self) -> dict[str, Any]:
        return self.of("STATE_SNAPSHOT")[-1].snapshot

    @property
    def messages(self) -> list[Any]:
        return self.of("MESSAGES_SNAPSHOT")[-1].messages


def run_in(body: str) -> Run:
    """Return the run in a body of server-sent events; fails where the order is not AG-UI's."""
    lines = [line for line in body.split("\n\n") if line]
    assert all(line.startswith("data: ") for line in lines)
    run = Run([EVENT.validate_json(line.removeprefix("data: ")) for line in lines])
    kinds = [event.type.value for event in run.events]
    assert kinds[0] == "RUN_STARTED"
    assert kinds[-1] in {"RUN_FINISHED", "RUN_ERROR"}
    assert kinds.count("RUN_STARTED") == 1
    assert sum(kind in {"RUN_FINISHED", "RUN_ERROR"} for kind in kinds) == 1
    open_one, ended = None, set()
    for event in run.events:
        match event.type.value:
            case "TEXT_MESSAGE_START":
                assert open_one is None
                assert event.message_id not in ended, "told twice"
                open_one = event.message_id
            case "TEXT_MESSAGE_CONTENT":
                assert event.message_id == open_one
                assert event.delta
            case "TEXT_MESSAGE_END":
                assert event.message_id == open_one
                ended.add(open_one)
                open_one = None
            case "RUN_FINISHED":
                assert open_one is None
    return run
