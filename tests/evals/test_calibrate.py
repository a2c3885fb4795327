"""The confidence map is fitted on enough rows of several sources, or not at all."""

import pytest

from handrail.evals.calibrate import TooLittleData, calibrate

ASKED = ["where is my order", "I forgot my password", "what is your refund policy", "how do I pay"]
RIGHT = [
    "automate:order_status", "automate:password_reset", "automate:refund_policy",
    "automate:payment_methods",
]  # fmt: skip


def labelled(count, sources):
    return [
        {
            "text": f"{ASKED[n % 4]} {'please ' * (n % 7)}",
            "label": RIGHT[n % 4] if n % 5 else "escalate:out_of_scope",
            "source": sources[n % len(sources)],
        }
        for n in range(count)
    ]


def test_it_is_tested_across_sources_and_kept(real_services, tmp_path):
    made, path = calibrate(labelled(300, ["a", "b", "c"]), real_services, tmp_path)
    assert path.is_file()
    assert made.n == 300
    assert 0 <= made.ece <= 1
    assert made.brier > 0


def test_too_few_rows_are_refused(real_services, tmp_path):
    with pytest.raises(TooLittleData, match="the one in force stays"):
        calibrate(labelled(40, ["a", "b"]), real_services, tmp_path)
    assert not list(tmp_path.iterdir())


def test_one_source_is_refused(real_services, tmp_path):
    with pytest.raises(TooLittleData, match="one source"):
        calibrate(labelled(300, ["a"]), real_services, tmp_path)
