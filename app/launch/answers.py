"""Will it answer, rightly enough, and know how sure it is?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handrail.app.finding import Finding
from handrail.evals.replay import decide_texts
from handrail.graph.services import Services
from handrail.graph.settings import Settings
from handrail.models import confidence

QUESTION = "How do refunds work?"
OLDEST_DAYS = 90
FEWEST_ROWS = 200
CALIBRATE = "Run: handrail eval calibrate --data ROWS.jsonl, with rows of your own."


async def answers_ready(settings: Settings, services: Services, now: datetime) -> list[Finding]:
    """Look at the embedded model, the calibration, and whose company it is. Raises StoreDown."""
    return [
        await _embedded(services),
        _calibration(settings, services, now),
        Finding(
            "company",
            f"HANDRAIL_COMPANY={settings.company}",
            "Set HANDRAIL_COMPANY=none: the demo company's customers have no place beside yours."
            if settings.company == "demo"
            else "",
        ),
        Finding(
            "mails",
            "go out by HANDRAIL_SMTP_URL" if settings.smtp_url else "are files in a folder",
            "" if settings.smtp_url else "Set HANDRAIL_SMTP_URL and HANDRAIL_MAIL_FROM.",
        ),
    ]


async def _embedded(services: Services) -> Finding:
    """Have the embedded model decide one message, as where no other one answers."""
    (decision,) = await decide_texts([{"text": QUESTION}], replace(services, chain=(), judge=None))
    outcome = decision["route"]
    if outcome == "automate":
        return Finding("last model", f"the embedded one answers {QUESTION!r} with citations")
    return Finding(
        "last model",
        f"the embedded one sends {QUESTION!r} to a person: {', '.join(decision['reasons'])}",
        "Take your help centre in: handrail ingest FOLDER.",
    )


def _calibration(settings: Settings, services: Services, now: datetime) -> Finding:
    fitted = services.answers
    made = confidence.made_at(settings.data / "models", services.heads.digest)
    if fitted is None or made is None:
        return Finding("calibration", "confidence was not fitted on rows of yours", CALIBRATE)
    age = (now - made).days
    told = f"fitted on {fitted.n} rows {age} days ago, ECE {fitted.ece}"
    fresh = age <= OLDEST_DAYS and fitted.n >= FEWEST_ROWS
    return Finding(
        "calibration",
        told,
        "" if fresh else f"At most {OLDEST_DAYS} days and {FEWEST_ROWS} rows. {CALIBRATE}",
    )
