"""Production takes earlier checkpoints away, and a conversation goes on from the latest one."""

import json
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.app.servers import aegra
from tests.app.tokens import bearer

ANA = bearer("u-ana", "customer", customer_id="cus_ana", verified=True)
INES, OMAR = bearer("ines", "agent"), bearer("omar", "agent")
ASKED = {"order": "FH-10421", "amount": "40.00", "currency": "EUR", "why": "It broke twice."}
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.server
def test_on_aegra_a_conversation_goes_on_from_its_latest_checkpoint(tmp_path, trained):
    ours = json.loads((ROOT / "langgraph.json").read_text())["checkpointer"]["ttl"]
    hurried = {**ours, "default_ttl": 0.005, "sweep_interval_minutes": 0.01}
    (tmp_path / "data").mkdir()
    trained(tmp_path / "data")
    with (
        aegra(tmp_path, AEGRA_THREAD_TTL=json.dumps(hurried)) as stack,
        httpx.Client(base_url=stack.url, timeout=60) as http,
    ):
        thread = http.post("/threads", json={}, headers=ANA).raise_for_status().json()["thread_id"]
        for text in ("What is your refund policy?", "And how long does delivery take?"):
            says(http, thread, text)
        assert len(words(compacted(http, thread))) == 4
        says(http, thread, "This is a disgrace, my lawyer will write to you!")
        before = words(compacted(http, thread))
        assert before[::2] == [
            "What is your refund policy?",
            "And how long does delivery take?",
            "This is a disgrace, my lawyer will write to you!",
        ]

        listed = http.get("/handrail/handoffs", headers=INES).raise_for_status().json()
        [handoff] = [one["id"] for one in listed["items"] if one["thread_id"] == thread]
        desk = f"/handrail/handoffs/{handoff}"
        http.post(f"{desk}/claim", headers=INES).raise_for_status()
        http.post(f"{desk}/refund-exception", headers=INES, json=ASKED).raise_for_status()
        waiting = compacted(http, thread)
        assert [one for task in waiting["tasks"] for one in task["interrupts"]]
        answered = http.post(f"{desk}/approval", headers=OMAR, json={"says": "yes"})
        assert answered.raise_for_status().json()["status"] == "granted"
        http.post(f"{desk}/reply", headers=INES, json={"text": "It is granted."}).raise_for_status()
        after = words(compacted(http, thread))
        assert after[: len(before)] == before
        assert after[-1] == "It is granted."


def says(http, thread, text):
    said = {"type": "human", "id": str(uuid4()), "content": text}
    body = {"assistant_id": "support", "input": {"messages": [said]}}
    http.post(f"/threads/{thread}/runs/wait", json=body, headers=ANA).raise_for_status()


def compacted(http, thread):
    """Wait until one checkpoint is left, and return the state."""
    end = time.monotonic() + 30
    while True:
        history = http.get(f"/threads/{thread}/history", headers=ANA).raise_for_status().json()
        if len(history) == 1:
            return http.get(f"/threads/{thread}/state", headers=ANA).raise_for_status().json()
        assert history, "the conversation is gone"
        assert time.monotonic() < end, f"{len(history)} checkpoints are left"
        time.sleep(0.2)


def words(state):
    return [message["content"] for message in state["values"]["messages"]]
