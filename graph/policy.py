"""What the company has decided: thresholds, queues, hours."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Literal

from limits import parse_many
from pydantic import Field, field_validator

from handrail.graph.grounds.bars import Grounding
from handrail.graph.hours import Hours
from handrail.graph.part import Part
from handrail.graph.retention import Retention
from handrail.graph.spending import Prices
from handrail.models.lexicon import Expressions
from handrail.models.redaction import Kind, hidden_kinds
from handrail.store.customers.protocol import Customer

Reason = Literal[
    "anger", "legal", "vip", "account_closure", "human_request", "injection", "low_confidence",
    "out_of_scope", "error", "takeover",
]  # fmt: skip
LexicalGuard = Literal["legal", "sentiment", "account_closure", "human_request", "injection"]


class Thresholds(Part):
    """Where a score becomes a decision. All in [0, 1].

    `legal_doubt`: below this score of its head, the legal guard does not believe its lexicon, for
    its words are everyday ones too: a court, a judge, a trial. `injection_in_articles`: a passage
    of the help centre with such a sentence is not taken in, and not used (from the next start on).
    """

    confidence: float = Field(default=0.7, ge=0, le=1)
    scope: float = Field(default=0.5, ge=0, le=1)
    sentiment: float = Field(default=0.38, ge=0, le=1)
    legal: float = Field(default=0.55, ge=0, le=1)
    legal_doubt: float = Field(default=0.15, ge=0, le=1)
    account_closure: float = Field(default=0.45, ge=0, le=1)
    human_request: float = Field(default=0.25, ge=0, le=1)
    injection: float = Field(default=0.5, ge=0, le=1)
    injection_in_articles: float = Field(default=0.8, ge=0, le=1)


class Limits(Part):
    """What one turn may cost.

    `answer_seconds` is for all calls of models of others together; then the embedded one answers.
    """

    message_characters: int = Field(default=4000, ge=200, le=50_000)
    questions_in_a_row: int = Field(default=2, ge=0, le=5)
    tool_calls: int = Field(default=4, ge=1, le=20)
    answer_seconds: float = Field(default=45, gt=0, le=90)
    holding_note_minutes: float = Field(default=5, ge=0, le=1440)


class Queue(Part):
    """Where handoffs for one reason go, how urgent they are, and by when a person should look.

    `due_minutes` are working minutes by the opening hours, or minutes of the clock where
    `round_the_clock` is set. `owner` is the person or team whose queue it is, in words. `emails`
    are told of what comes in. `handling_minutes` is how long a
    person takes for one: `replay --compare` reckons with it.
    """

    name: str
    owner: str = ""
    priority: Literal["urgent", "high", "normal", "low"] = "normal"
    due_minutes: int = Field(default=240, ge=1)
    round_the_clock: bool = False
    handling_minutes: float = Field(default=6.0, gt=0)
    emails: list[str] = Field(default_factory=list)

    @field_validator("emails")
    @classmethod
    def _addresses(cls, given: list[str]) -> list[str]:
        for address in given:
            if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", address):
                raise ValueError(f"{address!r} is no mail address; write one like care@example.com")
        return given


class Words(Part):
    """Expressions of a company's own for one guard, beside those of prompts/lexicons.

    Words or regular expressions, matched whole and in any case. `fires` fire whatever the trained
    head says, `excuses` cover what they overlap.
    """

    fires: list[str] = Field(default_factory=list)
    excuses: list[str] = Field(default_factory=list)

    @field_validator("fires", "excuses")
    @classmethod
    def _expressions(cls, given: list[str]) -> list[str]:
        for expression in given:
            if not expression.strip():
                raise ValueError("an empty expression would match everything; take it out")
            try:
                re.compile(expression)
            except re.error as problem:
                raise ValueError(f"{expression!r} is no regular expression: {problem}") from problem
        return given


class Vip(Part):
    """Who counts as VIP beside the customers whose record says so; all by the record alone."""

    customers: list[str] = Field(default_factory=list)
    email_domains: list[str] = Field(default_factory=list)
    account_managed: bool = False

    def covers(self, customer: Customer) -> bool:
        """Tell whether a customer is VIP, by the record's mark or by this rule."""
        domain = customer.email.rpartition("@")[2].casefold()
        return (
            customer.vip
            or customer.id in self.customers
            or domain in {name.casefold().removeprefix("@") for name in self.email_domains}
            or (self.account_managed and customer.account_manager is not None)
        )


class Alarms(Part):
    """When the desk is reminded, in working minutes; what is overdue, each queue says itself.

    `unowned_minutes` nobody has taken a handoff, or `waiting_minutes` a customer waits for the
    next reply of whoever has it.
    """

    unowned_minutes: float = Field(default=15, ge=1)
    waiting_minutes: float = Field(default=60, ge=1)


class Survey(Part):
    """How satisfaction is asked for and shown.

    A path with fewer than `minimum_ratings` is withheld; a link to a survey works for `days`.
    """

    minimum_ratings: int = Field(default=30, ge=1)
    days: int = Field(default=14, ge=1, le=365)


class StepUp(Part):
    """Whether customers for whom the host does not vouch may prove who they are by a code."""

    offered: bool = True


class AccountMails(Part):
    """How many links and codes may be asked for, each kind by itself: "3 per hour; 10 per day".

    What is over a limit is not sent; the customer reads the same words.
    """

    per_account: str = "3 per hour; 10 per day"
    per_conversation: str = "5 per hour"
    overall: str = "600 per hour"

    @field_validator("per_account", "per_conversation", "overall")
    @classmethod
    def _limits(cls, given: str) -> str:
        try:
            parse_many(given)
        except ValueError as problem:
            raise ValueError(f'{given!r} is no limit; write one like "3 per hour"') from problem
        return given


class Quality(Part):
    """What must hold before a share of deflected conversations is shown.

    Each bar is judged by the 95 % interval on at least `minimum` cases: `csat_ai` is a floor for
    the satisfied of AI-resolved episodes, the other three are ceilings: one of 3 % takes 125 cases
    without a fault. An episode is durably resolved when the customer does not come back with it
    within `window_days`.
    """

    minimum: int = Field(default=30, ge=1)
    csat_ai: float = Field(default=0.8, ge=0, le=1)
    reopen_rate: float = Field(default=0.1, ge=0, le=1)
    wrong_answers: float = Field(default=0.03, ge=0, le=1)
    false_handoffs: float = Field(default=0.15, ge=0, le=1)
    window_days: int = Field(default=7, ge=1, le=365)


class Privacy(Part):
    """What is hidden where text leaves the house, and how long something is kept of who is gone.

    Secrets are hidden in logs, traces and for models of others whatever stands here; addresses and
    telephone numbers by these two. `keep_days` is how long the record of actions stays after its
    customer was forgotten, without words or names. With `legal_hold`, handoffs with the reason
    legal are not forgotten.
    """

    redact_emails: bool = True
    redact_phones: bool = True
    keep_days: int = Field(default=1095, ge=0, le=36_500)
    legal_hold: bool = False

    def hidden(self) -> frozenset[Kind]:
        """Return what is hidden at an edge."""
        return hidden_kinds(emails=self.redact_emails, phones=self.redact_phones)


def _default_queues() -> dict[Reason, Queue]:
    return {
        "legal": Queue(name="compliance", priority="urgent", due_minutes=60),
        "vip": Queue(name="vip", priority="urgent", due_minutes=30),
        "anger": Queue(name="care", priority="high", due_minutes=60),
        "account_closure": Queue(name="retention", priority="normal", due_minutes=240),
        "human_request": Queue(name="care", priority="normal", due_minutes=120),
        "injection": Queue(name="trust", priority="normal", due_minutes=480),
        "low_confidence": Queue(name="care", priority="normal", due_minutes=240),
        "out_of_scope": Queue(name="care", priority="normal", due_minutes=240),
        "error": Queue(name="care", priority="high", due_minutes=60),
        "takeover": Queue(name="care", priority="normal", due_minutes=60),
    }


class Policy(Part):
    """Everything a company decides. The defaults work without a file."""

    version: str = "default-1"
    thresholds: Thresholds = Thresholds()
    limits: Limits = Limits()
    grounding: Grounding = Grounding()
    hours: Hours = Hours()
    survey: Survey = Survey()
    alarms: Alarms = Alarms()
    quality: Quality = Quality()
    step_up: StepUp = StepUp()
    account_mails: AccountMails = AccountMails()
    privacy: Privacy = Privacy()
    retention: Retention = Retention()
    prices: Prices = Prices()
    vip: Vip = Vip()
    lexicons: dict[LexicalGuard, Words] = Field(default_factory=dict)
    queues: dict[Reason, Queue] = Field(default_factory=_default_queues)

    def queue(self, reason: str) -> Queue:
        """Return the queue for a reason, the default one where the file names none."""
        return self._in_force()[reason]

    def due_at(self, queue: Queue, start: datetime) -> datetime:
        """Return by when a person owes an answer to what comes in at `start`."""
        if queue.round_the_clock:
            return start + timedelta(minutes=queue.due_minutes)
        return self.hours.due_at(start, queue.due_minutes)

    def emails_of(self, name: str) -> list[str]:
        """Return who is mailed about a queue: a name may be the queue of several reasons."""
        queues = [queue for queue in self._in_force().values() if queue.name == name]
        return list(dict.fromkeys(address for queue in queues for address in queue.emails))

    def queue_named(self, name: str) -> Queue | None:
        """Return the queue of a name, None where no reason leads to one."""
        return next((queue for queue in self._in_force().values() if queue.name == name), None)

    def queues_in_force(self) -> list[Queue]:
        """Return each queue once, by its name: of several reasons' the first."""
        named: dict[str, Queue] = {}
        for queue in self._in_force().values():
            named.setdefault(queue.name, queue)
        return list(named.values())

    def _in_force(self) -> dict[str, Queue]:
        return {str(reason): queue for reason, queue in (_default_queues() | self.queues).items()}

    def expressions(self) -> dict[str, Expressions]:
        """Return the company's own expressions by guard."""
        return {
            guard: Expressions(words.fires, words.excuses) for guard, words in self.lexicons.items()
        }
