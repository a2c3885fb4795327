import numpy as np
import pytest

from handrail.models.calibration import measure


def test_perfect_statements_measure_zero():
    assert measure(np.array([1.0, 0.0, 1.0]), np.array([1, 0, 1])) == (0.0, 0.0, 0.1111)


def test_overstatement_shows():
    ece, brier, aurc = measure(np.full(10, 0.9), np.array([1] * 5 + [0] * 5))
    assert ece == pytest.approx(0.4)
    assert brier == pytest.approx(0.41)
    assert 0 < aurc < 0.5
