import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.models.text import clean, is_readable, sentences, windows


def test_clean_folds_what_hides_and_what_only_differs_in_digits():
    assert clean("whe\u200bre  is\n#4821733") == "where is 12345"
    assert clean("see https://x.example/y @you") == "see"


@pytest.mark.parametrize("text", ["\x00\x01\x02\x03abc", "…", "😡😡", "", "\ufffd\ufffd\ufffdx"])
def test_noise_is_not_readable(text):
    assert not is_readable(text)


def test_words_are_readable():
    assert is_readable("¿Dónde está mi pedido?")


@given(st.text(max_size=3000))
def test_windows_lose_no_word(text):
    assert " ".join(windows(text)).split() == text.split()


@given(st.text(alphabet="ab .\n", max_size=2000))
def test_windows_are_no_longer_than_asked(text):
    assert all(len(part.split()) <= 60 for part in windows(text))


def test_sentences_split_at_ends_and_lines():
    assert sentences("One. Two!\nThree") == ["One.", "Two!", "Three"]
