"""A one-time code is found in a message, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.tools.identity.typed import code_in, without_code


@pytest.mark.parametrize(
    ("said", "without"),
    [
        ("482913", "[code]"),
        ("482 913", "[code]"),
        ("482-913", "[code]"),
        ("48 29 13", "[code]"),
        ("the code is 482913.", "the code is [code]."),
        ("482913, thanks", "[code], thanks"),
        ("(482913)", "([code])"),
        ("４８２９１３", "[code]"),
        ("٤٨٢٩١٣", "[code]"),
        ("482\u200b913", "[code]"),
        ("Mein Code: 482913 !", "Mein Code: [code] !"),
    ],
)
def test_a_code_is_found(said, without):
    assert code_in(said) == "482913"
    assert without_code(said) == without


@pytest.mark.parametrize(
    "said",
    [
        "", "48291", "4829131", "FH-482913", "#482913", "fh482913", "482913-2", "€482913",
        "482913.50", "1.482913", "482913 and 482914", "the code is in the e-mail",
        "12/482913", "+482913", "order 482913 has a scratch on the lid and the box was open too",
    ],
)  # fmt: skip
def test_nothing_else_is(said):
    assert code_in(said) is None
    assert without_code(said) == said


@given(st.text(max_size=60))
def test_whatever_is_written_a_code_is_six_digits_and_gone_afterwards(said):
    found = code_in(said)
    if found is None:
        assert without_code(said) == said
    else:
        assert found.isascii()
        assert found.isdigit()
        assert len(found) == 6
        assert code_in(without_code(said)) is None
