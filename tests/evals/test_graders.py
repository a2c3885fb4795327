from handrail.evals.graders import grade_calibration, grade_guard, grade_routing, is_right, share


def decided(route, topic=None, reasons=(), confidence=None, legal=False):
    return {
        "route": route, "topic": topic, "reasons": list(reasons), "confidence": confidence,
        "signals": {"legal": {"fired": legal, "score": 0.0}},
    }  # fmt: skip


def test_what_is_right():
    assert is_right("automate:order_status", decided("automate", "order_status"))
    assert not is_right("automate:order_status", decided("automate", "refund_policy"))
    assert is_right("escalate:legal", decided("escalate", reasons=["anger", "legal"]))
    assert not is_right("escalate:legal", decided("escalate", reasons=["anger"]))
    assert is_right("escalate:out_of_scope", decided("escalate", reasons=["low_confidence"]))


def test_routing_counts_wrong_automation_by_label():
    rows = [{"label": "escalate:legal"}, {"label": "automate:order_status"}]
    made = [decided("automate", "order_status", confidence=0.9)] * 2
    graded = grade_routing(rows, made)
    assert graded["accuracy"] == 0.5
    assert graded["automation_precision"] == 0.5
    assert graded["automation_coverage"] == 1.0
    assert graded["wrongly_automated"] == {"escalate:legal": [1.0, 1]}
    assert graded["confidence"]["n"] == 2


def test_guard_figures():
    rows = [{"label": 1}, {"label": 1}, {"label": 0}, {"label": 0}]
    made = [decided("escalate", legal=fired) for fired in (True, False, True, False)]
    graded = grade_guard("legal", rows, made)
    assert (graded["precision"], graded["recall"], graded["false_alarm_rate"]) == (0.5, 0.5, 0.5)


def test_nothing_is_not_zero():
    assert share([]) is None


def test_calibration_is_told_by_source():
    rows = [
        {"label": "automate:sizes", "source": "a"},
        {"label": "escalate:legal", "source": "b"},
        {"label": "automate:sizes", "source": "b"},
    ]
    decisions = [
        {"topic": "sizes", "confidence": 1.0},
        {"topic": "sizes", "confidence": 0.5},
        {"topic": "sizes", "confidence": None},
    ]
    found = grade_calibration(rows, decisions)
    assert found["all"] == {"n": 2, "ece": 0.25, "brier": 0.125, "aurc": 0.25}
    assert found["a"]["ece"] == 0.0
    assert found["b"]["n"] == 1
