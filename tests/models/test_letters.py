"""Letters: what two texts share when a slip or a name stands between them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from handrail.models.letters import RUNS, Letters, runs_of

TEXTS = ["delete my account", "close the account", "where is the lamp", "the lamp is broken"]


def alike(letters, one, other):
    return float((letters.rows([one]) @ letters.rows([other]).T).toarray()[0, 0])


def test_a_typing_error_shares_most_of_its_letters():
    letters = Letters.fit(TEXTS)
    assert alike(letters, "my acount", TEXTS[0]) > alike(letters, "my acount", TEXTS[2])


def test_accents_and_case_do_not_count():
    letters = Letters.fit(["où est la lampe", "la lampe ici"])
    assert alike(letters, "LAMPE", "lampé") > 0.99


def test_a_text_of_unknown_letters_has_no_row():
    assert Letters.fit(TEXTS).rows(["xyzzy"]).nnz == 0


def test_what_is_kept_gives_the_same_rows():
    made = Letters.fit(TEXTS)
    again = Letters(made.runs, made.rarity)
    assert abs(made.rows(TEXTS) - again.rows(TEXTS)).max() == 0


@given(
    st.text(max_size=60) | st.sampled_from(["Où est l'été ?", "STRASSE ß ﬁn", "İı x\u00a0y", ""])
)
def test_runs_are_those_that_training_counts(text):
    analyzer = TfidfVectorizer(
        analyzer="char_wb", ngram_range=RUNS, strip_accents="unicode"
    ).build_analyzer()
    assert Counter(runs_of(text)) == Counter(analyzer(text))


@pytest.mark.parametrize("text", ["delete the lamp account", "a a a", "xyzzy", ""])
def test_one_text_weighs_what_many_do(text):
    letters = Letters.fit(TEXTS)
    table = np.arange(len(letters.runs) * 2, dtype=np.float32).reshape(-1, 2)
    assert letters.times(text, table) == pytest.approx((letters.rows([text]) @ table)[0], rel=1e-5)
