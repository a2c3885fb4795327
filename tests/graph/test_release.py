"""A reply goes out in a few pieces, which are the reply."""

import pytest

from handrail.graph.release import PIECES, pieces_of


@pytest.mark.parametrize(
    "text", ["Yes.", "  Yes,  of\ncourse. ", "word " * 11, "word " * 12, "word " * 13, "w " * 500]
)
def test_the_pieces_are_the_whole_text(text):
    pieces = pieces_of(text)
    assert "".join(pieces) == text
    assert 1 <= len(pieces) <= PIECES


def test_a_short_reply_comes_word_by_word():
    assert pieces_of("It is on its way.") == ["It ", "is ", "on ", "its ", "way."]
