"""What may go wrong in a tool: what the customer may be told, and what stops the run."""

from __future__ import annotations


class ToolError(Exception):
    """The root of the two families."""


class TellCustomer(ToolError):
    """The tool worked, and the answer is no. The customer may be told."""


class OrderNotFound(TellCustomer):
    """The asker has no such order: there is none, or it is somebody else's, and nobody can tell."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return f"No order {self.number!r} for this customer; check the number and ask again."


class NotVerified(TellCustomer):
    """Nobody vouches for who is asking."""

    def __str__(self) -> str:
        return "The customer is not verified; ask them to sign in."


class StopRun(ToolError):
    """The tool did not work, so a person takes over."""


class BackendDown(StopRun):
    """What a tool stands on cannot be used. `what` went wrong, and how to `mend` it.

    `tried` says in plain sentences what was tried, for the person who takes over: no secret and
    no customer in them. Where it is empty, another try now may help.
    """

    def __init__(self, what: str, mend: str, tried: tuple[str, ...] = ()) -> None:
        super().__init__(what, mend, tried)
        self.what = what
        self.mend = mend
        self.tried = tried

    def __str__(self) -> str:
        return f"{self.what}. {self.mend}"


class BadSettings(ToolError):
    """A backend cannot be opened as it is set up. `what` is wrong, and how to `mend` it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what, mend)
        self.what = what
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.what}. {self.mend}"
