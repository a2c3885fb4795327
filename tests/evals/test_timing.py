"""What a decision takes is told by its parts."""

from handrail.evals.timing import WARM, measure_time


async def test_the_parts_are_the_nodes_that_ran(real_services):
    texts = [f"is there a discount for club number {n} of our village?" for n in range(WARM + 6)]
    found = await measure_time(texts, real_services)
    assert found["n"] == 6
    assert 0 < found["median_ms"] <= found["p95_ms"]
    assert {"intake", "guards", "triage"} <= set(found["parts_ms"])
    assert 0 < found["encoder_ms"] <= sum(found["parts_ms"].values())
