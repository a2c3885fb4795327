"""The names of what is told by telemetry, written down once.

`gen_ai.*` and `error.type` are OpenTelemetry's semantic conventions for generative AI, as the
package opentelemetry-semantic-conventions 0.66b2 has them (in `_incubating.attributes` and
`_incubating.metrics`). Its incubating modules may go, so they are not imported.
`handrail.*` are ours. docs/observability.md explains each, and a test compares the two.
"""

from __future__ import annotations

# OpenTelemetry's: what kind of work, by which model, for which conversation.
OPERATION = "gen_ai.operation.name"
AGENT = "gen_ai.agent.name"
CONVERSATION = "gen_ai.conversation.id"
PROVIDER = "gen_ai.provider.name"
REQUEST_MODEL = "gen_ai.request.model"
RESPONSE_MODEL = "gen_ai.response.model"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
CACHED_TOKENS = "gen_ai.usage.cache_read.input_tokens"
TOKEN_TYPE = "gen_ai.token.type"  # noqa: S105 - the convention's word for input or output
TOOL = "gen_ai.tool.name"
TOOL_TYPE = "gen_ai.tool.type"
DATA_SOURCE = "gen_ai.data_source.id"
SYSTEM_INSTRUCTIONS = "gen_ai.system_instructions"
INPUT_MESSAGES = "gen_ai.input.messages"
OUTPUT_MESSAGES = "gen_ai.output.messages"
ERROR = "error.type"

# Ours, on the turn.
EPISODE = "handrail.episode"
CHANNEL = "handrail.channel"
ACTIONS = "handrail.actions"
ROUTE = "handrail.route"
REASONS = "handrail.reasons"
TOPIC = "handrail.topic"
CONFIDENCE = "handrail.confidence"
POLICY = "handrail.policy.version"
OWNER = "handrail.owner"

# Ours, on the nodes and what they use.
NODE = "handrail.node"
GUARD_FIRED = "handrail.guard.fired"
GUARD_SCORE = "handrail.guard.score"
CERTAINTY = "handrail.intent.certainty"
VETOES = "handrail.vetoes"
LANGUAGE = "handrail.language"
REFUSED = "handrail.refused"
SECRETS = "handrail.secrets"
FAILED_NODE = "handrail.failed.node"
TOOL_OUTCOME = "handrail.tool.outcome"
PASSAGES = "handrail.retrieval.passages"
SIMILARITY = "handrail.retrieval.similarity"

# Ours, on metrics: one word each, for a metric with many values costs much.
REASON = "handrail.reason"
QUEUE = "handrail.queue"
PRIORITY = "handrail.priority"
LIMIT = "handrail.limit"
ERRAND = "handrail.errand"

# Metrics: OpenTelemetry's, then ours.
OPERATION_DURATION = "gen_ai.client.operation.duration"
TOKEN_USAGE = "gen_ai.client.token.usage"  # noqa: S105 - a count
TURNS = "handrail.turns"
TURN_DURATION = "handrail.turn.duration"
HANDOFFS = "handrail.handoffs"
REFUSALS = "handrail.messages.refused"
RUNNING = "handrail.turns.running"
TURN_CONFIDENCE = "handrail.turn.confidence"
FAILOVERS = "handrail.model.failovers"
CHAIN_DOWN = "handrail.model.chain_down"
GIVEN_UP = "handrail.errands.given_up"
OPEN = "handrail.handoffs.open"
UNOWNED = "handrail.handoffs.unowned"
UNOWNED_AGE = "handrail.handoffs.unowned.age"
OVERDUE = "handrail.handoffs.overdue"
NOTIFICATIONS = "handrail.notifications.waiting"
DEAD = "handrail.notifications.dead"
ERRANDS = "handrail.errands.waiting"
INBOX = "handrail.inbox.waiting"
STORES = "handrail.stores.up"
METRICS = (
    OPERATION_DURATION, TOKEN_USAGE, TURNS, TURN_DURATION, HANDOFFS, TURN_CONFIDENCE, RUNNING,
    REFUSALS, FAILOVERS, CHAIN_DOWN, GIVEN_UP, OPEN, UNOWNED, UNOWNED_AGE, OVERDUE, NOTIFICATIONS,
    DEAD, ERRANDS, INBOX, STORES,
)  # fmt: skip

# Names of spans, or what they begin with; the rest is the model, tool, guard or node.
TURN_SPAN = "invoke_agent handrail"
CHAT_SPAN = "chat"
TOOL_SPAN = "execute_tool"
RETRIEVAL_SPAN = "retrieval"
GUARD_SPAN = "guard"
GATE_SPAN = "gate"
NODE_SPAN = "node"
SPANS = (TURN_SPAN, NODE_SPAN, GUARD_SPAN, GATE_SPAN, CHAT_SPAN, TOOL_SPAN, RETRIEVAL_SPAN)
