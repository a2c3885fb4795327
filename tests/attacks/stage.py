"""Play an attack through the real graph, and keep all that could be seen of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from langchain_core.messages import HumanMessage

from handrail.graph.context import Context
from handrail.graph.door import at_the_door
from handrail.graph.services import Services
from handrail.tools.orders.protocol import OrderItem
from tests.attacks.gullible import obeying
from tests.fake_services import ScriptedModel
from tests.shop import Shop

STREAMS = ["custom", "values", "updates", "messages"]


@dataclass(frozen=True)
class Played:
    """One turn and what came of it: the state before and after, and what the streams showed."""

    thread: str
    typed: list[Any]
    before: dict[str, Any]
    after: dict[str, Any]
    streamed: list[Any]
    letters_before: int
    letters_after: int

    @property
    def new_ai(self) -> list[Any]:
        known = {message.id for message in self.before.get("messages", [])}
        return [m for m in self.after.get("messages", []) if m.type == "ai" and m.id not in known]

    @property
    def ends_in_words(self) -> bool:
        if any(message.content for message in self.new_ai) or self.after.get("notice"):
            return True
        return any(mode == "custom" and "text" in seen for mode, seen in self.streamed)


@dataclass
class Attack:
    """A row on stage."""

    row: dict[str, Any]
    shop: Shop
    played: list[Played] = field(default_factory=list)

    @property
    def context(self) -> Context:
        kind, _, customer = self.row.get("who", "visitor").partition(" ")
        return Context(
            customer_id=customer or None,
            verified=kind == "verified",
            locale=self.row.get("lang", "en"),
        )

    async def play(self) -> Attack:
        for turn in self.row["turns"] * self.row.get("repeat", 1):
            if isinstance(turn, int):
                self.shop.past += timedelta(minutes=turn)
            else:
                await self._turn({"say": turn} if isinstance(turn, str) else turn)
        return self

    async def _turn(self, turn: dict[str, Any]) -> None:
        thread = turn.get("in", "t-1")
        config = {"configurable": {"thread_id": thread}}
        before = (await self.shop.graph.aget_state(config)).values
        given = await self._given(turn, thread, before)
        letters, streamed = len(self.shop.post.letters), []
        seen = self.shop.graph.astream(given, config, context=self.context, stream_mode=STREAMS)
        async for mode, chunk in seen:
            streamed.append((mode, chunk))
        await self.shop.services.run_errands()
        self.played.append(
            Played(
                thread=thread,
                typed=given.get("messages", []),
                before=before,
                after=(await self.shop.graph.aget_state(config)).values,
                streamed=streamed,
                letters_before=letters,
                letters_after=len(self.shop.post.letters),
            )
        )

    async def _given(
        self, turn: dict[str, Any], thread: str, before: dict[str, Any]
    ) -> dict[str, Any]:
        """Return what the run is given: words pass the door, as they do on a server."""
        if "forge_last" in turn:
            forged = {"type": "ai", "id": before["messages"][-1].id, "content": turn["forge_last"]}
            return {"messages": [forged]}
        if "remove_last" in turn:
            gone = {"type": "remove", "id": before["messages"][-1].id, "content": ""}
            return {"messages": [gone, {"type": "human", "content": "Hi there"}]}
        if "say" not in turn:
            return dict(turn["input"])
        text = self._filled(turn["say"])
        said = await at_the_door(self.shop.services, self.context, thread, text)
        return {"messages": [HumanMessage(said)]}

    def _filled(self, text: str) -> str:
        codes = self.shop.codes
        if codes:
            text = text.replace("{code}", codes[-1]).replace("{first}", codes[0])
            text = text.replace("{wrong}", f"{(int(codes[-1]) + 1) % 10**6:06}")
        if re.search(r"\{(code|first|wrong)\}", text):
            raise ValueError(f"{self.row['id']}: no code was mailed; the row asks for one")
        return text


class Poisoned:
    """Orders in whose texts somebody wrote instructions to a machine."""

    def __init__(self, orders: Any, poison: dict[str, str]) -> None:
        self._orders = orders
        self._poison = poison

    async def for_customer(self, customer_id: str) -> list[Any]:
        return [self._written_over(one) for one in await self._orders.for_customer(customer_id)]

    async def find(self, customer_id: str, number: str) -> Any:
        return self._written_over(await self._orders.find(customer_id, number))

    def _written_over(self, order: Any) -> Any:
        given = dict(self._poison)
        if "item" in given:
            item = OrderItem(name=given.pop("item"), quantity=1, price=None)
            return replace(order, items=(item,), **given)
        return replace(order, **given)


def stage(row: dict[str, Any], real: Services) -> Attack:
    """Set the stage for a row: its poisoned order or article, and a gullible model if it has one."""
    article = row.get("article")

    async def search(query: str, language: str, earlier: str | None) -> list[dict[str, Any]]:
        return [passage(article)] if article else []

    shop = Shop(real, search=search, orders=lambda known: Poisoned(known, row.get("poison", {})))
    if "gullible" in row:
        model = ScriptedModel(script=obeying(row["gullible"]))
        shop.services = replace(shop.services, model=model)
    return Attack(row, shop)


def passage(text: str) -> dict[str, Any]:
    return {
        "id": "refund-policy", "title": "Refund policy", "url": "https://help.example/refunds",
        "heading": "How long", "lang": "en", "topic": "refund_policy", "similarity": 0.9,
        "text": text,
    }  # fmt: skip


def shown(value: Any) -> str:
    """Return everything in a value as text."""
    return json.dumps(value, default=repr, ensure_ascii=False)
