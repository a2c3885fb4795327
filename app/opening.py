"""Why services may not open: each says what to mend."""

from __future__ import annotations

from handrail.graph.policy_file import BadPolicy
from handrail.models.examples import BadExamples
from handrail.models.provider import BadModel
from handrail.store.errors import StoreDown
from handrail.store.knowledge.protocol import KnowledgeDown
from handrail.tools.errors import BadSettings
from handrail.tools.post.protocol import BadAddress

CANNOT_OPEN = (StoreDown, KnowledgeDown, BadPolicy, BadExamples, BadSettings, BadAddress, BadModel)
