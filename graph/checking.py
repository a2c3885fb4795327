"""Check a draft: for the gate, and before it for whoever wrote the draft and may mend it once."""

from __future__ import annotations

import asyncio

from handrail.graph.grounding import Finding, Grounds, faults
from handrail.graph.instructions import instructions
from handrail.graph.services import Services
from handrail.graph.state import Draft

# What writing again cannot mend: what a tool stands on is down, or the loop did not end.
LASTING = frozenset({"tool_error", "too_many_calls"})


async def faults_of(draft: Draft, house: Services, language: str, *, worded: bool) -> list[Finding]:
    """Return what forbids sending a draft. What a model worded is embedded off the event loop."""
    if worded:
        return faults(draft, None)
    return await asyncio.to_thread(faults, draft, grounds_of(house, language))


async def mendable(draft: Draft, house: Services, language: str) -> list[Finding]:
    """Return what a model may mend in its draft; nothing where something lasting is wrong too."""
    found = await faults_of(draft, house, language, worded=False)
    return [] if any(fault["veto"] in LASTING for fault in found) else found


def warm_checks(house: Services) -> None:
    """Read the word lists now; where a model of others will write, embed what never changes."""
    hello = Draft(text="Hello.", topic="smalltalk", asked=None, offered=[], citations=[], tools=[])
    faults(hello, None)
    if house.chain:
        faults(hello, grounds_of(house, "en"))


def grounds_of(house: Services, language: str) -> Grounds:
    """Return what a reply in a language is judged with."""
    return Grounds(
        embed=house.encoder.embed,
        wording=house.wording,
        languages=house.languages,
        language=language,
        instructions=instructions(),
        bars=house.policy.grounding,
    )
