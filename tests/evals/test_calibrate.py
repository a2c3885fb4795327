"""The confidence map is fitted on enough rows of several sources, or not at all."""

import numpy as np
import pytest

from handrail.evals.calibrate import TooLittleData, calibrate
from handrail.graph.assess import confidence_of
from handrail.models import confidence

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


async def test_it_is_tested_across_sources_and_kept(real_services, tmp_path):
    made, path = await calibrate(labelled(300, ["a", "b", "c"]), real_services, tmp_path)
    assert path.is_file()
    assert made.n == 300
    assert 0 <= made.ece <= 1
    assert made.brier > 0
    kept = confidence.read(tmp_path, real_services.heads.digest)
    assert kept is not None
    evidence = {"intent_certainty": 0.9}
    assert confidence_of(evidence, kept) == confidence_of(evidence, made)
    assert confidence_of(evidence, kept) != confidence_of(evidence)


async def test_logged_rows_carry_a_fit_too(real_services, tmp_path):
    rng = np.random.default_rng(3)
    rows = []
    for n in range(400):
        near = float(rng.uniform(0.1, 0.9))
        found = {"similarity": near, "similarity_margin": 0.1, "same_topic": near > 0.3}
        evidence = {"intent_certainty": float(rng.uniform(0.6, 0.99)), **found}
        right = bool(rng.uniform() < near)
        rows.append({"evidence": evidence, "right": right, "source": "abcd"[n % 4]})
    rows.append({"evidence": {}, "right": True, "source": "a"})
    made, _ = await calibrate(rows, real_services, tmp_path)
    assert made.n == 400, "a turn that tried no answer says nothing about answers"
    far, near = (
        confidence_of({**rows[0]["evidence"], "similarity": s, "same_topic": True}, made)
        for s in (0.15, 0.85)
    )
    assert far < 0.5 < near
    assert made.ece < 0.15


async def test_too_few_rows_are_refused(real_services, tmp_path):
    with pytest.raises(TooLittleData, match="the one in force stays"):
        await calibrate(labelled(40, ["a", "b"]), real_services, tmp_path)
    assert not list(tmp_path.iterdir())


async def test_one_source_is_refused(real_services, tmp_path):
    with pytest.raises(TooLittleData, match="one source"):
        await calibrate(labelled(300, ["a"]), real_services, tmp_path)
