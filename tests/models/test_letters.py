"""Letters: what two texts share when a slip or a name stands between them."""

from handrail.models.letters import Letters

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
