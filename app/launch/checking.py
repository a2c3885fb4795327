"""handrail doctor --launch: is everything there that customers will need?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from handrail.app.finding import Finding
from handrail.app.launch.answers import answers_ready
from handrail.app.launch.measuring import measured
from handrail.app.launch.people import people_ready
from handrail.app.opening import CANNOT_OPEN
from handrail.app.production.checking import unsafe
from handrail.graph.clock import now
from handrail.graph.opening import open_services
from handrail.graph.services import Services
from handrail.graph.settings import Settings


async def launch_findings(settings: Settings) -> list[Finding]:
    """Say of everything that a launch needs whether it is there; the models have been tried."""
    environ = settings.environ()
    found: list[Finding] = []
    if not settings.production:  # else the doctor has named all of it already
        found = await asyncio.to_thread(unsafe, settings, environ)
        found.append(
            Finding("production", "HANDRAIL_ENV is not set", "Set HANDRAIL_ENV=production.")
        )
    try:
        services = await asyncio.to_thread(open_services, settings)
    except CANNOT_OPEN as problem:
        return [*found, Finding("launch", "the services cannot be opened", str(problem))]
    return [*found, *await of_services(settings, services)]


async def of_services(settings: Settings, services: Services) -> Sequence[Finding]:
    """Say the same of what stands in the policy and the stores."""
    return [
        *people_ready(settings, services.policy),
        *await answers_ready(settings, services, now()),
        *await measured(settings, services),
    ]
