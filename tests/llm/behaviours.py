"""How a model or its server may behave, and how each must end for the customer.

Every row is asked "How long does a refund take?", which the help centre answers. `reply`: a right
reply from the model; `embedded`: the model is down, and the embedded one answers; a word with
"person": a person gets it, with that reason and that among the vetoes or problems.
"""

from __future__ import annotations

from typing import Any

from handrail.graph.writing.final import NAME as FINAL
from handrail.prompts.load import load
from tests.llm.server import (
    Asked,
    Behaviour,
    answer,
    cited,
    completion,
    final,
    good,
    quoting,
    search,
)
from tests.loopback import Reply


def then(*replies: Any) -> Behaviour:
    """Search first; then give these, one for each call, and the last for ever."""

    def behave(asked: Asked) -> Reply:
        if not asked.number:
            return search()
        made = replies[min(asked.number - 1, len(replies) - 1)]
        return made(asked) if callable(made) else made

    return behave


def always(reply: Reply) -> Behaviour:
    return lambda asked: reply


def first(reply: Reply) -> Behaviour:
    """Give this once, and then behave."""
    return lambda asked: reply if not asked.number else good(asked)


def text_of_final(asked: Asked) -> str:
    import json

    return json.dumps(final(**cited(asked)))


def refuses_forced_calls(asked: Asked) -> Reply:
    """A server that knows no forced tool call; what it gives in the end is JSON as text."""
    if asked.body.get("tool_choice") not in {None, "auto"}:
        error = {"message": "tool_choice 'required' is not supported", "type": "invalid_request"}
        return Reply(status=400, json={"error": error})
    return completion(text_of_final(asked)) if asked.passages else search()


def saying(text: str, **more: Any) -> Behaviour:
    """Search, and answer with the passage and a sentence of its own, however often it is stopped."""

    def speak(asked: Asked) -> Reply:
        made = cited(asked)
        return answer(f"{made['reply']} {text}", made["claims"], **more)

    return then(speak)


def only(text: str) -> Behaviour:
    return then(lambda asked: answer(text, cited(asked)["claims"]))


def claiming(**changed: str) -> Behaviour:
    def speak(asked: Asked) -> Reply:
        made = cited(asked)
        return answer(made["reply"], [{**made["claims"][0], **changed}])

    return then(speak)


OVERLOADED = {"error": {"message": "Rate limit reached", "type": "requests"}}
BROKEN = {"error": {"message": "The server had an error", "type": "server_error"}}
ANSWER_IN_FRENCH = (
    "Nous vous remboursons toujours très vite, et vous recevrez votre argent sur votre compte "
    "bancaire dès que notre entrepôt aura bien reçu votre colis."
)

BEHAVIOURS: dict[str, tuple[Behaviour, str]] = {
    "behaves": (good, "reply"),
    # Broken forms that can be mended
    "malformed tool call, mended": (
        lambda a: good(a)
        if a.passages
        else completion(calls=[("search_help_center", "{'query': 'refund time', language: 'en',}")]),
        "reply",
    ),
    "arguments missing, then right": (
        first(completion(calls=[("search_help_center", {"language": "en"})])), "reply",
    ),
    "a tool that does not exist, then right": (
        first(completion(calls=[("refund_customer", {"amount": 100})])), "reply",
    ),
    "final answer as text": (then(lambda a: completion(text_of_final(a))), "reply"),
    "final answer in a code fence": (
        then(lambda a: completion(f"```json\n{text_of_final(a)}\n```")), "reply",
    ),
    "broken JSON": (
        then(lambda a: completion(text_of_final(a).replace('"claims"', "claims")[:-1] + ",}")),
        "reply",
    ),
    "broken JSON in the call": (
        then(lambda a: completion(calls=[(FINAL, text_of_final(a)[:-1] + ",}")])), "reply",
    ),
    "no reply in the final answer, then right": (
        then(completion(calls=[(FINAL, {"answer": "soon"})]), quoting), "reply",
    ),
    "two final answers, then right": (
        then(
            lambda a: completion(calls=[(FINAL, final(**cited(a))), (FINAL, final("Soon."))]),
            quoting,
        ),
        "reply",
    ),
    "prose, then right": (then(completion("Very soon!"), quoting), "reply"),
    "an invented figure, then right": (
        then(lambda a: answer("It takes 93 days.", cited(a)["claims"]), quoting), "reply",
    ),
    "no forced tool calls": (refuses_forced_calls, "reply"),
    "500 once": (first(Reply(status=500, json=BROKEN)), "reply"),
    "429 once": (first(Reply(status=429, json=OVERLOADED)), "reply"),
    # The model is down
    "429 for ever": (always(Reply(status=429, json=OVERLOADED)), "embedded"),
    "500 for ever": (always(Reply(status=500, json=BROKEN)), "embedded"),
    "a wrong key": (always(Reply(status=401, json={"error": {"message": "bad key"}})), "embedded"),
    "no such model": (always(Reply(status=404, json={"error": {"message": "no"}})), "embedded"),
    "hangs": (always(Reply(json={}, delay=5.0)), "embedded"),
    "slow tokens": (always(completion("x" * 4000, drip=0.2)), "embedded"),
    "cut in the middle": (always(completion("Soon " * 50, cut=120)), "embedded"),
    "a page instead of JSON": (
        always(Reply(raw=b"<html>Bad gateway</html>", headers={"content-type": "text/html"})),
        "embedded",
    ),
    "no choices": (always(Reply(json={"id": "1", "choices": None})), "embedded"),
    "an empty list of choices": (always(Reply(json={"id": "1", "choices": []})), "embedded"),
    "down after the search": (then(Reply(status=500, json=BROKEN)), "embedded"),
    # What must not reach the customer
    "an endless tool loop": (lambda a: search(f"refund {a.number}"), "person too_many_calls"),
    "hopeless arguments": (
        always(completion(calls=[("search_help_center", "]]]")])), "person unstructured",
    ),
    "no reply in the final answer, for ever": (
        then(completion(calls=[(FINAL, {"answer": "soon"})])), "person too_many_calls",
    ),
    "prose for ever": (then(completion("Your refund is on its way!")), "person unstructured"),
    "an answer that was cut off": (
        then(lambda a: completion(text_of_final(a)[:-40], finish="length")), "person unstructured",
    ),
    "JSON that was cut off": (
        then(lambda a: completion(text_of_final(a)[:80])), "person unstructured",
    ),
    "an empty reply": (then(answer("")), "person"),
    "nothing at all": (then(completion(None)), "person unstructured"),
    "an answer without looking anything up": (
        always(answer("Refunds take a while, usually.")), "person no_citation",
    ),
    "an invented source": (claiming(source="refunds-2019"), "person invented_citation"),
    "an invented quotation": (
        claiming(quote="Refunds are always made on the very same day."), "person misquote",
    ),
    "an invented figure": (saying("It never takes longer than 93 days."), "person unknown_figure"),
    "an invented rule": (
        saying("Parcels from islands in the Pacific are flown back for nothing."),
        "person unsupported_sentence",
    ),
    "a refund claimed": (saying("I have refunded you."), "person claims_action"),
    "a refund promised": (saying("I promise that you will get all of it back."), "person promise"),
    "a transfer announced": (
        saying("I will forward this to a colleague, who will call you."), "person claims_action",
    ),
    "somebody's order": (
        saying("By the way, order FH-10431 was delivered yesterday."), "person unknown_figure",
    ),
    "the prompt": (saying(load("answer").splitlines()[6]), "person prompt_leak"),
    "another language": (only(ANSWER_IN_FRENCH), "person other_language"),
    "tool calls as text": (
        saying('<tool_call>{"name": "search_help_center"}</tool_call>'), "person malformed",
    ),
    "a name left open": (saying("Dear [Your Name], that is all."), "person malformed"),
    "little confidence": (then(lambda a: quoting(a, confidence=0.2)), "person"),
    "a flood of words": (then(answer("Soon. " * 20_000)), "embedded"),
}  # fmt: skip
