"""What a typed number means, among the customer's own orders."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.tools.errors import OrderNotFound
from handrail.tools.orders.matching import one_slip, pick
from handrail.tools.orders.protocol import DidYouMean, Order


def order(number: str) -> Order:
    return Order(number, "shipped", None, (), None, None, None, None)


OWN = [order(number) for number in ("FH-10421", "FH-77310", "GB-77310", "FH-58800", "#W2611340")]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("FH-10421", "FH-10421"),
        ("fh 10421", "FH-10421"),
        ("10421", "FH-10421"),
        ("0421", "FH-10421"),
        ("fh-0421", "FH-10421"),
        ("1340", "#W2611340"),
        ("W2611340", "#W2611340"),
        ("GB-77310", "GB-77310"),
    ],
)
def test_a_number_or_its_end_is_found(typed: str, number: str) -> None:
    assert pick(OWN, typed).number == number


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10412", "FH-10421"),  # swapped
        ("10429", "FH-10421"),  # changed
        ("1421", "FH-10421"),  # missing
        ("104211", "FH-10421"),  # extra
        ("1O421", "FH-10421"),  # a letter for a digit
        ("XX-10421", "FH-10421"),  # other letters
        ("gb-0421", "FH-10421"),
        ("10499", None),  # two slips
        ("77310", None),  # two orders fit
        ("7310", None),  # the end of two
        ("77311", None),  # near two
        ("421", None),  # too short
        ("", None),
        ("FH-", None),
    ],
)
def test_a_slip_is_asked_about_where_it_can_mean_one_order(typed: str, meant: str | None) -> None:
    with pytest.raises(OrderNotFound) as caught:
        pick(OWN, typed)
    found = caught.value.meant.number if isinstance(caught.value, DidYouMean) else None
    assert found == meant
    assert vars(pickle.loads(pickle.dumps(caught.value))) == vars(caught.value)  # noqa: S301


digits = st.text("0123456789", min_size=4, max_size=8)


@given(digits, st.data())
def test_every_single_slip_is_seen_and_from_both_sides(number: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    slips = [
        number[:at] + digit + number[at + 1 :],
        number[:at] + digit + number[at:],
        number[:at] + number[at + 1 :],
        number[:at] + number[at : at + 2][::-1] + number[at + 2 :],
    ]
    for slip in slips:
        assert one_slip(slip, number)
        assert one_slip(number, slip)


@given(st.text(max_size=12))
def test_whatever_is_typed_only_an_own_order_comes_of_it(typed: str) -> None:
    try:
        found: Order | None = pick(OWN, typed)
    except DidYouMean as problem:
        found = problem.meant
    except OrderNotFound:
        found = None
    assert found is None or found in OWN
