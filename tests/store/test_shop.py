from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.store.shop import split_number


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("FH-10421", ("FH", "10421")),
        ("fh10421", ("FH", "10421")),
        ("#fh 10421", ("FH", "10421")),
        (" FH \u2013 10 421 ", ("FH", "10421")),
        ("\uff26\uff28-\uff11\uff10\uff14\uff12\uff11", ("FH", "10421")),
        ("10421", ("", "10421")),
        ("#10421.", ("", "10421")),
        ("#W2378156", ("W", "2378156")),
        ("10421-2", ("", "10421-2")),
        ("FH-10421-2", ("FH", "10421-2")),
        ("abc", ("ABC", "")),
        ("#", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_number_is_the_same_however_it_is_typed(typed: str, parts: tuple[str, str]) -> None:
    assert split_number(typed) == parts


@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=4),
    st.text("0123456789", min_size=1, max_size=15),
    st.text(" #-._", max_size=3),
)
def test_signs_between_letters_and_digits_do_not_matter(
    prefix: str, digits: str, signs: str
) -> None:
    assert split_number(f"{signs}{prefix.lower()}{signs}{digits}{signs}") == (prefix, digits)


@given(st.text(max_size=40))
def test_anything_typed_is_split_without_an_error(typed: str) -> None:
    prefix, rest = split_number(typed)
    assert not any(sign.isspace() for sign in prefix + rest)
