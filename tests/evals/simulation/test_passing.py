"""pass^k is counted as its authors count it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.evals.simulation.passing import pass_hat


def trials(passed, of):
    return [True] * passed + [False] * (of - passed)


@pytest.mark.parametrize(
    ("results", "k", "share"),
    [
        ([trials(4, 4)], 4, 1.0),
        ([trials(3, 4)], 1, 0.75),
        ([trials(3, 4)], 2, 0.5),  # 3 of the 6 pairs
        ([trials(3, 4)], 4, 0.0),
        ([trials(4, 4), trials(0, 4)], 3, 0.5),
        ([trials(4, 4), trials(2, 4)], 2, (1 + 1 / 6) / 2),
        ([trials(5, 8)], 3, 10 / 56),
    ],
)
def test_by_hand(results, k, share):
    assert pass_hat(results, k) == pytest.approx(share)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=8))
def test_it_never_rises_with_k(passed):
    results = [trials(c, 6) for c in passed]
    shares = [pass_hat(results, k) for k in range(1, 7)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(sum(passed) / (6 * len(passed)))


@pytest.mark.parametrize(("results", "k"), [([], 1), ([trials(1, 3)], 4), ([trials(1, 1)], 0)])
def test_what_was_not_tried_has_no_figure(results, k):
    with pytest.raises(ValueError, match="needs at least"):
        pass_hat(results, k)
