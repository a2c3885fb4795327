"""Judge a whole reply, sentence by sentence: what is wrong with it, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from typing_extensions import TypedDict

from handrail.graph.citing import fold
from handrail.graph.grounds.bars import Grounding
from handrail.graph.grounds.claims import action_in, promise_in
from handrail.graph.grounds.leaks import leaks
from handrail.graph.grounds.quotations import claims_of, read_quotations
from handrail.graph.grounds.shapes import malformed
from handrail.graph.grounds.sources import gather
from handrail.graph.grounds.splitting import sentences_of
from handrail.graph.grounds.support import Embed, Support, polite_lines
from handrail.graph.grounds.tongue import Identifier, other_language
from handrail.graph.state import Claim, Draft
from handrail.models.wording import Wording

# What our own templates say where no tool was called.
HOUSE = ("greeting", "thanks", "goodbye", "capabilities", "are_you_a_bot", "acknowledge", "clarify",
         "ask_order_number", "ask_sign_in", "ask_sign_in_or_email", "ask_code_email", "ask_email",
         "faq_intro", "faq_outro")  # fmt: skip


class Finding(TypedDict):
    """What forbids a reply, and the sentence that does it."""

    veto: str
    sentence: str


@dataclass(frozen=True)
class Grounds:
    """What a reply is judged with.

    `embed` gives unit rows of 512 floats, `language` is the conversation's, `instructions` are the
    texts of the system prompt and of the tools' descriptions, which no reply may repeat.
    """

    embed: Embed
    wording: Wording
    languages: Identifier
    language: str
    instructions: tuple[str, ...]
    bars: Grounding = field(default_factory=Grounding)


def findings(draft: Draft, grounds: Grounds) -> list[Finding]:
    """Return what forbids sending a draft that a model worded itself, in order of the reply."""
    language = grounds.wording.spoken(grounds.language)
    evidence = gather(draft["tools"], grounds.wording, language)
    quoted = read_quotations(draft["text"], evidence)
    misquotes, invented = claims_of(draft.get("claims", []), evidence)
    found: list[Finding] = []
    hole = malformed(draft["text"])
    if hole is not None:
        found.append(Finding(veto="malformed", sentence=hole))
    found += [Finding(veto="misquote", sentence=s) for s in (*quoted.misquotes, *misquotes)]
    found += [Finding(veto="invented_citation", sentence=s) for s in (*quoted.invented, *invented)]
    said = list(dict.fromkeys(sentences_of(quoted.rest)))
    house = [s for key in HOUSE for s in sentences_of(grounds.wording.say(key, language))]
    support = Support(
        said, evidence, [*polite_lines(language), *house], language, grounds.embed, grounds.bars
    )
    house_words = frozenset(map(fold, house))
    known = [*evidence.verbatim, *house_words]
    strange = []
    for sentence in said:
        exact = support.is_exact(sentence) or fold(sentence) in house_words
        if not exact:
            strange.append(sentence)
            veto = _veto(sentence, draft, support, grounds, known)
            found += [Finding(veto=veto, sentence=sentence)] if veto else []
    foreign = other_language("\n".join(strange), language, grounds.languages)
    if foreign is not None:
        found.append(Finding(veto="other_language", sentence=foreign))
    return found


def _veto(  # noqa: PLR0911 - one for each veto
    sentence: str, draft: Draft, support: Support, grounds: Grounds, known: Sequence[str]
) -> str | None:
    """Return what forbids a sentence, the gravest first; None where nothing does."""
    if leaks(sentence, grounds.instructions, known):
        return "prompt_leak"
    action, promise = action_in(sentence, draft["tools"]), promise_in(sentence)
    if action == "own":
        return "claims_action"
    if promise == "own":
        return "promise"
    harmless = support.is_courtesy(sentence) or support.is_question(sentence)
    if harmless and action == promise == "none":
        return None
    named = _source_of(sentence, draft.get("claims", []))
    if support.is_borne_out(sentence, named, of_us="open" in {action, promise}):
        return None
    if action == "open":
        return "claims_action"
    if promise == "open":
        return "promise"
    return "unknown_figure" if support.unknown_figure(sentence) else "unsupported_sentence"


def _source_of(sentence: str, claims: Sequence[Claim]) -> str | None:
    """Return the source that the model gives for a sentence, None where it gives none."""
    wanted = fold(sentence)
    for claim in claims:
        text = fold(claim["text"])
        if text and (text in wanted or wanted in text):
            return claim["source"]
    return None
