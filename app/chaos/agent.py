"""An agent at the desk's API: each act with its key, asked for again until it is done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import httpx

from handrail.app.chaos.customer import PATIENCE_SECONDS, PAUSE_SECONDS, TRY_LATER
from handrail.app.chaos.played import Acted

WORDS = "I am looking into it."
TEXT_OF = {"reply": {"text": WORDS}}
AGAIN = TRY_LATER - {409}  # a conflict at the desk is an answer


async def act(
    http: httpx.AsyncClient, headers: Mapping[str, str], handoff: str, kind: str
) -> Acted:
    """Carry out one act, under a key of its own; return what came of it."""
    done = Acted(kind)
    keyed = {**headers, "Idempotency-Key": f"{handoff}-{kind}"}
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        done.tries += 1
        try:
            answer = await http.post(
                f"/handrail/handoffs/{handoff}/{kind}", json=TEXT_OF.get(kind), headers=keyed
            )
            done.status = answer.status_code
            if answer.status_code not in AGAIN:
                break
        except httpx.TransportError:
            done.status = 0
        await asyncio.sleep(PAUSE_SECONDS)
    return done
