"""Word what the tools found, in the customer's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handrail.models.wording import Wording

TOPIC_REACH = 0.15  # how much less similar a passage on the topic may be than the nearest one


@dataclass(frozen=True)
class Answer:
    """Words for the customer; `asked` names the slot it asks for, `offered` the choices."""

    text: str
    asked: str | None = None
    offered: list[str] = field(default_factory=list)


def word_smalltalk(wording: Wording, text: str, language: str) -> Answer:
    """Answer a greeting, thanks or "what can you do?" in kind."""
    return Answer(wording.say(wording.smalltalk(text), language))


def word_order(wording: Wording, result: dict[str, Any], language: str) -> Answer:
    """Word the result of look_up_order."""
    outcome = result["outcome"]
    if outcome == "not_verified":
        return _ask_to_prove(wording, result, language)
    if outcome == "not_found":
        text = wording.say("order_not_found", language, order_number=result["order_number"])
        return Answer(text, asked="order_number")
    if outcome == "did_you_mean":
        meant = _order(wording, result["order"], language)
        typed = result["order_number"]
        text = wording.say("order_did_you_mean", language, order_number=typed, order=meant)
        line = wording.say("order_line", language, order=meant)
        return Answer(f"{text}\n\n{line}", "order_number", [meant["number"]])
    if outcome == "choose":
        orders = [_order(wording, order, language) for order in result["orders"]]
        text = wording.say("order_choice", language, orders=orders)
        return Answer(text, "order_number", [order["number"] for order in orders])
    if outcome == "found":
        return Answer(
            wording.say("order_line", language, order=_order(wording, result["order"], language))
        )
    return Answer(wording.say("no_orders", language) if outcome == "no_orders" else "")


def word_code(wording: Wording, result: dict[str, Any], language: str) -> Answer:
    """Word the result of send_verification_code: the same for known and unknown accounts."""
    if result["outcome"] == "need_email":
        return Answer(wording.say("ask_code_email", language), asked="email")
    if result["outcome"] == "accepted":
        return Answer(wording.say("code_sent", language), asked="code")
    return Answer(wording.say("ask_sign_in", language))


def _ask_to_prove(wording: Wording, result: dict[str, Any], language: str) -> Answer:
    """Say how to prove who one is: by signing in, or by the code that was sent."""
    code = result.get("code")
    if code in {"waiting", "wrong"}:
        return Answer(wording.say(f"code_{code}", language), asked="code")
    if code in {None, "not_offered"}:
        return Answer(wording.say("ask_sign_in", language))
    return Answer(wording.say("ask_sign_in_or_email", language), asked="email")


def word_reset(wording: Wording, result: dict[str, Any], language: str) -> Answer:
    """Word the result of send_password_reset: the same for known and unknown accounts."""
    if result["outcome"] == "need_email":
        return Answer(wording.say("ask_email", language), asked="email")
    return Answer(wording.say("reset_sent", language) if result["outcome"] == "accepted" else "")


def word_faq(
    wording: Wording, result: dict[str, Any], topic: str, language: str, said: Sequence[str] = ()
) -> Answer:
    """Quote the best passage: one on the topic where it is about as near as the nearest.

    A passage that stands in `said`, what was answered before, is not given a second time.
    """
    passages = [
        passage
        for passage in result.get("passages", [])
        if not any(passage["text"] in text for text in said)
    ]
    if not passages:
        return Answer("")
    best = passages[0]
    passage = next(
        (
            p
            for p in passages
            if p["topic"] == topic and p["similarity"] >= best["similarity"] - TOPIC_REACH
        ),
        best,
    )
    if passage["lang"] == wording.spoken(language):
        intro = wording.say("faq_intro", language)
    else:
        name = wording.say(f"language_names.{passage['lang']}", language)
        intro = wording.say("faq_intro_other_language", language, article_language=name)
    source = wording.say("faq_source", language, title=passage["title"])
    link = f" {passage['url']}" if passage["url"] else ""
    outro = wording.say("faq_outro", language)
    return Answer(f"{intro}\n\n> {passage['text']}\n\n{source}{link}\n\n{outro}")


def _order(wording: Wording, order: dict[str, Any], language: str) -> dict[str, Any]:
    """Return an order as the templates read it."""
    items = [
        f"{item['quantity']} × {item['name']}" if item["quantity"] > 1 else str(item["name"])
        for item in order["items"]
    ]
    return {
        **order,
        "status_text": wording.say(f"status.{order['status']}", language),
        "items_text": ", ".join(items),
        "placed_on": _date(order.get("placed_on"), wording, language),
        "expected_on": _date(order.get("expected_on"), wording, language),
        "delivered_on": _date(order.get("delivered_on"), wording, language),
    }


def _date(iso: str | None, wording: Wording, language: str) -> str | None:
    """Write a date as the language does, with the month in words."""
    if not iso:
        return None
    day = date.fromisoformat(iso[:10])
    month = wording.say(f"months.m{day.month}", language)
    return wording.say("date", language, day=day.day, month=month)
