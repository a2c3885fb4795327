"""What customers say while something is broken: six of ten routine, four for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice


@dataclass(frozen=True)
class Script:
    """One conversation: what the customer says, what the desk does after it, what comes then.

    `desk` are acts on the handoff, in order, of one agent; `then` is said after them.
    """

    customer: str
    says: str
    desk: tuple[str, ...] = ()
    then: str | None = None


SCRIPTS = (
    Script("cus_ana", "What is your refund policy?"),
    Script("cus_lucia", "¿Dónde está mi pedido?", then="¿Cuánto tarda un reembolso?"),
    Script("cus_tom", "I am furious, this is the third broken pot you send me!",
           desk=("claim", "reply", "hand-back"), then="What is your refund policy?"),
    Script("cus_jonas", "Wie lange habe ich Zeit für eine Rückgabe?"),
    Script("cus_rita", "Where is my order?", then="How long does a refund take?"),
    Script("cus_marc", "Could I talk to a person, please?", then="Are you still there?"),
    Script("cus_olu", "I forgot my password, please help me to reset it."),
    Script("cus_femke", "My lawyer will write to you about this.",
           desk=("claim", "reply", "resolve")),
    Script("cus_ana", "Hello!", then="Is the return label free?"),
    Script("cus_olu", "Please close my account.", desk=("claim", "reply"),
           then="Thank you, and when will that be done?"),
)  # fmt: skip


def first(count: int) -> Iterator[Script]:
    """Return so many conversations, the ten scripts over and over."""
    return islice(cycle(SCRIPTS), count)
