"""Open the chain of chat models of others: the first one, then the second where it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

from langchain.chat_models import init_chat_model
from langchain_core.exceptions import ModelError
from langchain_core.language_models import BaseChatModel

from handrail.models.outbound import OutboundChatModel
from handrail.models.redaction import EVERYTHING, Kind

EMBEDDED = "embedded"
OPENAI = "openai:"
RETRIES = 1  # by the provider's own client: for 408, 409, 429, 5xx and broken connections
CALM: Mapping[str, Any] = {"temperature": 0}

# How a call of a model of others may fail, whichever way it does: as LangChain names it, without
# an answer in time, over a broken connection, or with a body that is no answer (LangChain raises
# these three for a body without `choices`, with null in their place, or that is no JSON).
CALL_FAILED = (ModelError, TimeoutError, OSError, ValueError, TypeError, LookupError)


class BadModel(Exception):
    """A model cannot be opened as it is named; says what to mend."""

    def __init__(self, name: str, mend: str) -> None:
        super().__init__(name, mend)
        self.name = name
        self.mend = mend

    def __str__(self) -> str:
        return f"The model {self.name!r} cannot be opened. {self.mend}"


class AtOnce:
    """Let so many calls run at once, for each event loop; the others wait."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = (
            WeakKeyDictionary()
        )

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one of the slots; waits for one."""
        loop = asyncio.get_running_loop()
        async with self._slots.setdefault(loop, asyncio.Semaphore(self._most)):
            yield


@dataclass(frozen=True)
class Limits:
    """What calls of models may take: seconds for each call with its retries, and calls at once."""

    seconds: float = 20.0
    at_once: int = 8


@dataclass(frozen=True)
class Link:
    """One model of the chain: `name` is how it is set, "openai:gpt-5-mini"."""

    name: str
    model: OutboundChatModel
    seconds: float
    at_once: AtOnce = field(default_factory=lambda: AtOnce(8))

    @property
    def provider(self) -> str:
        """Return whose it is: "openai"."""
        return self.name.partition(":")[0]

    def hiding(self, hidden: frozenset[Kind]) -> Link:
        """Return the same link, to whose model these kinds of text do not go out."""
        return replace(self, model=self.model.model_copy(update={"hidden": hidden}))


def open_chain(
    names: Sequence[str | None],
    *,
    hidden: frozenset[Kind] = frozenset(EVERYTHING),
    limits: Limits | None = None,
    options: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> tuple[Link, ...]:
    """Return a link for each name, in order; none for "embedded", which needs no chain.

    `options` go to every model beside a temperature of 0; an option that is None is left out.
    """
    limits = limits or Limits()
    ours = {**CALM, **_openai(environ or {})}
    at_once = AtOnce(limits.at_once)
    wanted = [name for name in names if name and name != EMBEDDED]
    return tuple(
        Link(
            name=name,
            model=OutboundChatModel(inner=_open(name, limits, given), hidden=hidden),
            seconds=limits.seconds,
            at_once=at_once,
        )
        for name in dict.fromkeys(wanted)
        for given in [{**(ours if name.startswith(OPENAI) else CALM), **(options or {})}]
    )


def _openai(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return where an OpenAI-compatible endpoint is, and its key; a local one may need none."""
    key, url = environ.get("OPENAI_API_KEY"), environ.get("OPENAI_BASE_URL")
    return {"api_key": key or ("none" if url else None), "base_url": url or None}


def _open(name: str, limits: Limits, options: Mapping[str, Any]) -> BaseChatModel:
    """Open a model by LangChain's name for it. Raises BadModel."""
    given = {key: value for key, value in options.items() if value is not None}
    if ":" not in name:
        raise BadModel(name, 'Name its provider too, as in "openai:gpt-5-mini", or "embedded".')
    try:
        model: BaseChatModel = init_chat_model(
            name, timeout=limits.seconds, max_retries=RETRIES, **given
        )
    except ImportError as problem:
        raise BadModel(name, f"{problem}") from problem
    except (ValueError, TypeError) as problem:  # an unknown provider, or an option it does not take
        raise BadModel(name, f"{problem}") from problem
    except Exception as problem:
        mend = f"{type(problem).__name__}: is its key set (OPENAI_API_KEY for openai)?"
        raise BadModel(name, mend) from problem
    return model
