"""Check a draft before the gate does, so that its writer may mend it once."""

from __future__ import annotations

from handrail.graph.grounding import vetoes
from handrail.graph.services import Services
from handrail.graph.state import Draft

# What writing again cannot mend: what a tool stands on is down, or the loop did not end.
LASTING = frozenset({"tool_error", "too_many_calls"})


def found_in(draft: Draft, house: Services, language: str) -> list[dict[str, str]]:
    """Return what a model may mend: {"veto", "sentence"} each; empty where nothing is wrong."""
    found = [{"veto": veto, "sentence": ""} for veto in vetoes(draft, "", worded=False)]
    return [] if any(one["veto"] in LASTING for one in found) else found
