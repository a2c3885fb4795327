"""How a played conversation ended: all that a grader may look at."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """One message as it was seen: by `user`, `agent` or as a `note` beside the chat."""

    who: str
    text: str


@dataclass(frozen=True)
class Ending:
    """The end of one conversation, and the world after it.

    `escalations` are the reasons of each turn that the graph handed over, `handoffs` what the desk
    got of it: queue and reasons. `cited` are articles by their file's name, `errands` and `mails`
    kind and receiver, `alerts` the queues that were told of an account, `changed` the rows that
    differ by table. `finished`: the user had nothing more to say. `mute` and `talked_over` count
    turns without an outcome, and turns in which the agent spoke while a person owned it.
    """

    owner: str
    lines: tuple[Line, ...] = ()
    escalations: tuple[tuple[str, ...], ...] = ()
    handoffs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cited: frozenset[str] = frozenset()
    errands: tuple[tuple[str, str], ...] = ()
    mails: tuple[tuple[str, str], ...] = ()
    alerts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    changed: dict[str, int] = field(default_factory=dict)
    finished: bool = True
    mute: int = 0
    talked_over: int = 0
    broke: str | None = None

    @property
    def said(self) -> str:
        """Return all that the agent let the customer read, in small letters."""
        return "\n".join(line.text for line in self.lines if line.who != "user").casefold()
