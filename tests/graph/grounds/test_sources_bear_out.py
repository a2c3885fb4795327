"""What holds of every passage and tool result: its own words pass, and a changed figure never."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.graph.grounding import Grounds, findings
from handrail.graph.grounds.splitting import sentences_of
from handrail.graph.instructions import instructions
from handrail.graph.opening import DEMO
from handrail.models.answers import word_code, word_order, word_reset
from handrail.models.language import SPOKEN
from tests.drafts import ORDERS, draft, passages, searched

ARTICLES = sorted((path.parent.name, path.stem) for path in (DEMO / "help_center").rglob("*.md"))
SHOWN = [(lang, p) for lang, article in ARTICLES for p in passages(lang, article)]
SAID = [(lang, p, sentence) for lang, p in SHOWN for sentence in sentences_of(p["text"])]
FIGURED = [row for row in SAID if re.search(r"\d", row[2])]
EMPTY = {"order_number": None, "order": None, "orders": []}
OUTCOMES = {
    **ORDERS,
    "not_found": {**EMPTY, "outcome": "not_found", "order_number": "FH-99999"},
    "meant": {**ORDERS["shipped"], "outcome": "did_you_mean", "order_number": "FH-20471"},
    "no_orders": {**EMPTY, "outcome": "no_orders"},
    **{
        f"not_verified_{code}": {**EMPTY, "outcome": "not_verified", "code": code}
        for code in ("not_offered", "none", "waiting", "wrong", "expired", "too_many")
    },
}
MAILED = {
    "send_password_reset": (word_reset, ("accepted", "need_email")),
    "send_verification_code": (word_code, ("accepted", "need_email", "not_offered")),
}


@settings(max_examples=40)
@given(row=st.sampled_from(SAID))
def test_a_sentence_copied_from_a_passage_is_borne_out(parts, row):
    lang, passage, sentence = row
    assert findings(draft(sentence, searched([passage])), of(parts, lang)) == []


@settings(max_examples=40)
@given(row=st.sampled_from(FIGURED), figure=st.integers(1001, 9_999))
def test_a_changed_figure_never_is(parts, row, figure):
    lang, passage, sentence = row
    changed = re.sub(r"\d+(?:[.,:]\d+)*", str(figure), sentence, count=1)
    found = findings(draft(changed, searched([passage])), of(parts, lang))
    assert found


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("lang", SPOKEN)
def test_our_own_words_for_an_order_are_borne_out(lang, outcome, grounds, parts):
    result = OUTCOMES[outcome]
    text = word_order(parts[1], result, lang).text
    trace = [{"tool": "look_up_order", "args": {}, "result": result}]
    assert findings(draft(text, trace, topic="order_status"), grounds(lang)) == []


@pytest.mark.parametrize(("tool", "outcome"), [(t, o) for t in MAILED for o in MAILED[t][1]])
@pytest.mark.parametrize("lang", SPOKEN)
def test_our_own_words_for_a_mail_are_borne_out(lang, tool, outcome, grounds, parts):
    result = {"outcome": outcome}
    text = MAILED[tool][0](parts[1], result, lang).text
    trace = [{"tool": tool, "args": {}, "result": result}]
    assert findings(draft(text, trace, topic="password_reset"), grounds(lang)) == []


def of(parts, lang):
    encoder, wording, languages = parts
    return Grounds(encoder.embed, wording, languages, lang, instructions())
