"""Services whose every outcome a test sets: which guards fire, what the model says, what breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import StructuredTool

from handrail.graph.policy import Policy, Thresholds
from handrail.graph.services import LazyServices, Services
from handrail.models.heads import Calibration, Heads, Machine
from handrail.models.language import LanguageIdentifier
from handrail.models.letters import Letters
from handrail.models.lexicon import read_lexicons
from handrail.models.wording import Wording
from handrail.store.audit.memory import MemoryAudit
from handrail.store.customers.protocol import Customer
from handrail.store.handoffs.memory import MemoryHandoffs

TRAINED_GUARDS = ("sentiment", "legal", "account_closure", "human_request", "injection")
PASSAGE = {
    "id": "refund-policy", "title": "Refund policy", "url": "https://help.example/refunds",
    "heading": "How long", "lang": "en", "topic": "refund_policy", "similarity": 0.9,
    "text": "Money is back on your card within five working days of our receiving the parcel.",
}  # fmt: skip
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


class FakeCsat:
    def __init__(self) -> None:
        self.paths: dict[str, str] = {}
        self.ratings: dict[str, int] = {}
        self._surveys: dict[str, str] = {}

    async def resolved(self, resolution):
        self.paths.setdefault(resolution.key, resolution.path)
        self._surveys[resolution.survey_id] = resolution.key

    async def rate(self, survey_id, rating, comment, at):
        key = self._surveys.get(survey_id)
        if key is None:
            return "unknown"
        return "kept" if self.ratings.setdefault(key, rating) == rating else "already_rated"


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


def search_tool(passages: list[dict[str, Any]] | Exception) -> StructuredTool:
    async def search_help_center(query: str, language: str) -> str:
        if isinstance(passages, Exception):
            raise passages
        return json.dumps({"passages": passages})

    return StructuredTool.from_function(
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
    return Services(
        policy=Policy(thresholds=Thresholds(legal_doubt=0)),  # its heads doubt every word
        encoder=FakeEncoder(),
        heads=fake_heads(topic, route, fired=fired, certainty=certainty),
        languages=LanguageIdentifier(),
        wording=Wording(),
        lexicons=read_lexicons(),
        knowledge=None,
        customers=FakeCustomers(),
        handoffs=handoffs or MemoryHandoffs(),
        audit=audit or MemoryAudit(),
        csat=FakeCsat(),
        model=ScriptedModel(script=script()),
        toolbox=lambda asker: [tool],
        dry_toolbox=lambda asker: [tool],
    )


def lazily(services: Services) -> LazyServices:
    return LazyServices(lambda: services)
