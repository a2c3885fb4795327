"""What is counted and timed; nothing is, at no cost, where the host has set no meter provider."""

from __future__ import annotations

from dataclasses import dataclass

from opentelemetry.metrics import Counter, Histogram, Meter, UpDownCounter, get_meter

from handrail.models import telemetry_names as names

# Boundaries that the conventions recommend.
SECONDS = (
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
)  # fmt: skip
SHARES = tuple(tenth / 20 for tenth in range(1, 20))
TOKENS = tuple(4.0**power for power in range(14))


@dataclass(frozen=True)
class Meters:
    """Our instruments."""

    operation: Histogram
    tokens: Histogram
    turns: Counter
    turn: Histogram
    handoffs: Counter
    refused: Counter
    running: UpDownCounter
    confidence: Histogram
    failovers: Counter
    chain_down: Counter
    given_up: Counter

    @staticmethod
    def of(meter: Meter) -> Meters:
        """Make the instruments with a meter."""

        def seconds(name: str, what: str) -> Histogram:
            return meter.create_histogram(
                name, "s", what, explicit_bucket_boundaries_advisory=SECONDS
            )

        return Meters(
            operation=seconds(names.OPERATION_DURATION, "How long calls of models took"),
            tokens=meter.create_histogram(
                names.TOKEN_USAGE, "{token}", "Tokens that calls of models used",
                explicit_bucket_boundaries_advisory=TOKENS,
            ),
            turns=meter.create_counter(names.TURNS, "{turn}", "Turns, by what they came to"),
            turn=seconds(names.TURN_DURATION, "How long turns took"),
            handoffs=meter.create_counter(
                names.HANDOFFS, "{handoff}", "Conversations that were handed to people"
            ),
            refused=meter.create_counter(
                names.REFUSALS, "{message}", "Messages that were too much, by the limit"
            ),
            running=meter.create_up_down_counter(
                names.RUNNING, "{turn}", "Turns that run in this process"
            ),
            confidence=meter.create_histogram(
                names.TURN_CONFIDENCE, "1", "How likely answers were right",
                explicit_bucket_boundaries_advisory=SHARES,
            ),
            failovers=meter.create_counter(
                names.FAILOVERS, "{call}", "Models that failed, so that the next one was asked"
            ),
            chain_down=meter.create_counter(
                names.CHAIN_DOWN, "{turn}", "Turns in which no model of the chain answered"
            ),
            given_up=meter.create_counter(
                names.GIVEN_UP, "{errand}", "Links and codes that could not be sent"
            ),
        )  # fmt: skip


meters = Meters.of(get_meter("handrail"))
