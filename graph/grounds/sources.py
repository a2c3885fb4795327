"""What a reply may rest on: the passages and tool results of this turn, cut into pieces."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from handrail.graph.citing import fold
from handrail.graph.grounds.figures import figures, readings_of
from handrail.graph.grounds.splitting import sentences_of
from handrail.graph.grounds.wordlists import word_list
from handrail.models.answers import word_code, word_order, word_reset
from handrail.models.wording import Wording

CODES = "send_verification_code"
RESETS = "send_password_reset"


@dataclass(frozen=True)
class Source:
    """A passage, or what a tool said about one thing. `order` is the state of that order."""

    id: str
    language: str
    sentences: tuple[str, ...]
    context: str
    readings: frozenset[str]  # of the whole, context left out
    order: str | None = None
    more: tuple[tuple[str, str], ...] = ()  # other wordings: language, text
    whole: bool = False  # any of it may be said together


@dataclass(frozen=True)
class Evidence:
    """All sources, what may be said word for word, and the names and addresses given."""

    sources: tuple[Source, ...]
    verbatim: tuple[str, ...]  # folded
    titles: frozenset[str]
    addresses: str
    ids: frozenset[str]
    worded: tuple[str, ...] = ()  # sentences of our own templates
    texts: dict[str, str] = field(default_factory=dict)  # id of a passage: its text, folded

    def says(self, text: str) -> bool:
        """Tell whether a text stands, whole and word for word, in one place."""
        wanted = fold(text).strip(" .:")
        return bool(wanted) and any(wanted in known for known in self.verbatim)


def gather(trace: Sequence[dict[str, Any]], wording: Wording, language: str) -> Evidence:
    """Cut the results of the tools of one turn into sources."""
    sources: list[Source] = []
    verbatim: list[str] = []
    titles: set[str] = set()
    texts: dict[str, str] = {}
    raw: list[str] = []
    worded: list[str] = []
    for step in trace:
        result = step["result"]
        raw.append(json.dumps(result, ensure_ascii=False))
        for passage in result.get("passages", []):
            sources.append(_passage(passage))
            verbatim.append(fold(passage["text"]))
            titles |= {fold(passage["title"]), fold(passage.get("heading") or "")}
            texts[passage["id"]] = fold(passage["text"])
        if "outcome" in result:
            told = _told(step["tool"], result, wording, language)
            sources += told
            ours = [text for source in told for _, text in source.more]
            for code in (language, "en"):
                ours += _worded(step["tool"], result, wording, code)
            verbatim += [fold(text) for text in ours]
            worded += [sentence for text in ours for sentence in sentences_of(text)]
    return Evidence(
        sources=tuple(sources),
        verbatim=tuple(filter(None, verbatim)),
        titles=frozenset(filter(None, titles)),
        addresses=" ".join(raw) + " " + " ".join(verbatim),
        ids=frozenset(texts) | {step["tool"] for step in trace},
        worded=tuple(worded),
        texts=texts,
    )


def windows_of(source: Source) -> list[tuple[int, ...]]:
    """Return the pieces of a source: each sentence, and each two that follow one another."""
    alone = [(place,) for place in range(len(source.sentences))]
    if source.whole:
        return [*alone, tuple(range(len(source.sentences)))]
    return alone + [tuple(pair) for pair in pairwise(range(len(source.sentences)))]


def _passage(passage: dict[str, Any]) -> Source:
    language = passage.get("lang") or "en"
    said = tuple(sentences_of(passage["text"]))
    context = f"{passage['title']}. {passage.get('heading') or ''}"
    return Source(
        passage["id"], language, said, context, readings_of(figures(passage["text"], language))
    )


def _told(tool: str, result: dict[str, Any], wording: Wording, language: str) -> list[Source]:
    """Return what a tool result says, worded by our templates and as raw values."""
    orders = [result["order"]] if result.get("order") else list(result.get("orders") or [])
    if orders:
        return [_order(tool, result, order, wording, language) for order in orders]
    texts = [
        (code, text) for code in (language, "en") for text in _worded(tool, result, wording, code)
    ]
    typed = str(result.get("order_number") or "")
    if not texts:
        return []
    known = readings_of(
        figure for code, text in [*texts, (language, typed)] for figure in figures(text, code)
    )
    return [
        Source(
            tool,
            texts[0][0],
            tuple(sentences_of(texts[0][1])),
            typed,
            known,
            None,
            tuple(texts),
            whole=True,
        )
    ]


def _order(
    tool: str, result: dict[str, Any], order: dict[str, Any], wording: Wording, language: str
) -> Source:
    found = {**result, "outcome": "found", "order": order, "orders": []}
    texts = [(code, word_order(wording, found, code).text) for code in (language, "en")]
    raw = " ; ".join(_values(order))
    typed = str(result.get("order_number") or "")
    status = " ".join(wording.say(f"status.{order['status']}", code) for code in (language, "en"))
    known = readings_of(
        figure
        for code, text in [*texts, (language, raw), (language, typed)]
        for figure in figures(text, code)
    )
    said = tuple(sentences_of(texts[0][1]))
    return Source(
        tool, language, said, f"{status}. {raw}. {_arrival(language)}", known, order["status"],
        ((language, texts[0][1]), ("en", texts[1][1])), whole=True,
    )  # fmt: skip


def _worded(tool: str, result: dict[str, Any], wording: Wording, language: str) -> list[str]:
    if tool == RESETS:
        return [word_reset(wording, result, language).text]
    if tool == CODES:
        return [word_code(wording, result, language).text]
    if "order_number" in result and "outcome" in result:
        return [word_order(wording, result, language).text]
    return []


def _arrival(language: str) -> str:
    return " ".join(word_list("polarity")["arrival"].get(language, ()))


def _values(order: dict[str, Any]) -> list[str]:
    items = [
        f"{item['quantity']} {item['name']} {item['price'] or ''} {order.get('currency', '')}"
        for item in order["items"]
    ]
    rest = [order["number"], order.get("carrier"), order.get("tracking"), order.get("placed_on"),
            order.get("expected_on"), order.get("delivered_on")]  # fmt: skip
    return [*items, *(str(value) for value in rest if value)]
