"""Services whose every outcome a test sets: which guards fire, what the model says, what breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from handrail.graph.clock import now
from handrail.graph.policy import Policy, Thresholds
from handrail.graph.services import LazyServices, Services
from handrail.models.heads import Calibration, Heads, Machine
from handrail.models.language import LanguageIdentifier
from handrail.models.letters import Letters
from handrail.models.lexicon import read_lexicons
from handrail.models.wording import Wording
from handrail.store.audit.memory import MemoryAudit
from handrail.store.channels.memory import MemoryChannels
from handrail.store.codes.memory import MemoryCodes
from handrail.store.csat.memory import MemoryCsat
from handrail.store.customers.protocol import Customer
from handrail.store.errands.memory import MemoryErrands
from handrail.store.handoffs.memory import MemoryHandoffs
from handrail.store.notifications.memory import MemoryNotifications
from handrail.store.reviews.memory import MemoryReviews
from handrail.tools.effect import ReadTool
from handrail.tools.errands.limits import Limiter
from handrail.tools.errands.runner import Runner
from handrail.tools.identity.step_up import StepUp
from handrail.tools.passwords.identity_provider import ResetResult
from handrail.tools.post.protocol import Letter

TRAINED_GUARDS = ("sentiment", "legal", "account_closure", "human_request", "injection")
PASSAGE = {
    "id": "refund-policy", "title": "Refund policy", "url": "https://help.example/refunds",
    "heading": "How long", "lang": "en", "topic": "refund_policy", "similarity": 0.9,
    "text": "Money is back on your card within five working days of our receiving the parcel.",
}  # fmt: skip
# Read once: nothing changes them, and a model of languages takes half a second.
LANGUAGES, WORDING, LEXICONS = LanguageIdentifier(), Wording(), read_lexicons()
QUOTE = f'Our help centre says: "{PASSAGE["text"]}"'


class FakeEncoder:
    """One vector for everything; counts what it was asked to embed."""

    fingerprint = "fake-1"

    def __init__(self) -> None:
        self.calls = 0

    def embed(self, texts):
        self.calls += len(texts)
        return np.tile(np.eye(1, 512, dtype=np.float32), (len(texts), 1))

    def remembers(self, texts):
        return not texts


class ScriptedModel(BaseChatModel):
    """Say the next message of a script; an exception in it is raised."""

    script: list[Any]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools, **kwargs):
        return self

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        said = self.script.pop(0)
        if isinstance(said, Exception):
            raise said
        return ChatResult(generations=[ChatGeneration(message=said)])


class FakeCustomers:
    async def get(self, customer_id):
        vip = customer_id == "cus_vip"
        return Customer(customer_id, "Ada", "ada@example.com", "en", vip, None, None)

    async def find(self, identifier):
        known = identifier in {"ada@example.com", "cus_ada"}
        return await self.get("cus_ada") if known else None


class FakeCsat(MemoryCsat):
    """Show paths and ratings by key."""

    @property
    def paths(self) -> dict[str, str]:
        return {key: row.path for key, row in self._by_key.items()}

    @property
    def ratings(self) -> dict[str, int]:
        return {k: row.rating for k, row in self._by_key.items() if row.rating is not None}


class FakeKnowledge:
    """A help centre that is up, or raises what it is given."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.problem = problem

    async def count(self):
        if self.problem:
            raise self.problem
        return 1


def fake_heads(topic: str, route: str, *, fired: frozenset[str], certainty: float) -> Heads:
    """Return heads that find this topic with this certainty, and let these guards fire."""
    logit = float(np.log(certainty / (1 - certainty)))
    letters = Letters.fit(["anything"])
    sure = [[0.0, 9.0 if name in fired else -9.0] for name in TRAINED_GUARDS]
    return Heads(
        machine=Machine(
            pool=np.tile(np.eye(1, 512, dtype=np.float32), (2, 1)),
            dual=np.zeros((2, 2 + len(TRAINED_GUARDS)), np.float32),
            gamma=1.0,
            letters=letters,
            spelled=np.zeros((len(letters.runs), 2 + len(TRAINED_GUARDS)), np.float32),
        ),
        names=("other", topic),
        routes={topic: route, "other": "escalate"},
        owners=np.array([0, 1]),
        temperature=1.0,
        guards=tuple(TRAINED_GUARDS),
        platt=np.array(sure),
        calibration=Calibration(np.zeros(4), logit, n=1, ece=0.0, brier=0.0, aurc=0.0),
        digest="fake",
    )


def search_tool(passages: list[dict[str, Any]] | Exception) -> ReadTool:
    async def search_help_center(query: str, language: str) -> str:
        if isinstance(passages, Exception):
            raise passages
        return json.dumps({"passages": passages})

    return ReadTool.from_function(
        coroutine=search_help_center, name="search_help_center", description="Search."
    )


def cited_answer() -> list[AIMessage]:
    """Return what a good model says: one search, then the quotation."""
    call = {"name": "search_help_center", "args": {"query": "q", "language": "en"}, "id": "1"}
    return [AIMessage(content="", tool_calls=[call]), AIMessage(content=QUOTE)]


def fake_services(
    *,
    fired: frozenset[str] = frozenset(),
    certainty: float = 0.95,
    topic: str = "refund_policy",
    route: str = "automate",
    script: Callable[[], list[Any]] = cited_answer,
    passages: list[dict[str, Any]] | Exception | None = None,
    handoffs: Any = None,
    audit: Any = None,
) -> Services:
    tool = search_tool([PASSAGE] if passages is None else passages)
    notifications = MemoryNotifications()
    runner = fake_runner(notifications)
    return Services(
        policy=Policy(thresholds=Thresholds(legal_doubt=0)),  # its heads doubt every word
        encoder=FakeEncoder(),
        heads=fake_heads(topic, route, fired=fired, certainty=certainty),
        languages=LANGUAGES,
        wording=WORDING,
        lexicons=LEXICONS,
        knowledge=FakeKnowledge(),
        customers=FakeCustomers(),
        handoffs=handoffs or MemoryHandoffs(notifications),
        notifications=notifications,
        audit=audit or MemoryAudit(),
        csat=FakeCsat(),
        reviews=MemoryReviews(),
        model=ScriptedModel(script=script()),
        runner=runner,
        channels=MemoryChannels(),
        search=tool.coroutine,
        toolbox=lambda asker: [tool],
        dry_toolbox=lambda asker: [tool],
    )


class FakePost:
    """Remember letters instead of sending them; raise what it is given."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.letters: list[Letter] = []
        self.problem = problem

    async def send(self, letter: Letter) -> None:
        if self.problem:
            raise self.problem
        self.letters.append(letter)


class FakeProvider:
    """Remember who was to get a link."""

    def __init__(self, result: ResetResult = "sent") -> None:
        self.asked: list[str] = []
        self.result = result

    async def send_reset(self, identifier: str, *, key: str) -> ResetResult:
        self.asked.append(identifier)
        return self.result


def fake_runner(notifications: Any, **parts: Any) -> Runner:
    """Return what runs errands, in memory."""
    return Runner(
        **{
            "errands": MemoryErrands(),
            "customers": FakeCustomers(),
            "provider": FakeProvider(),
            "step_up": StepUp(MemoryCodes(), "of the tests", now),
            "post": FakePost(),
            "limiter": Limiter.open(),
            "notifications": notifications,
            "wording": WORDING,
            "clock": now,
            **parts,
        }
    )


def lazily(services: Services) -> LazyServices:
    return LazyServices(lambda: services)
