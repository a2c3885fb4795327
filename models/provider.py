"""Choose the chat model: the embedded one, or one behind langchain-openai."""

from __future__ import annotations

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from handrail.models.outbound import OutboundChatModel
from handrail.models.redaction import EVERYTHING, Kind

TIMEOUT_SECONDS = 20


def open_model(
    name: str, embedded: BaseChatModel, hidden: frozenset[Kind] = frozenset(EVERYTHING)
) -> BaseChatModel:
    """Return the model named like "embedded" or "openai:gpt-5-mini" (OPENAI_BASE_URL applies).

    The embedded one runs in this process and gets the text as it is; to any other the `hidden`
    kinds of text do not go out.
    """
    if name == "embedded":
        return embedded
    model: BaseChatModel = init_chat_model(
        name, temperature=0, timeout=TIMEOUT_SECONDS, max_retries=1
    )
    return OutboundChatModel(inner=model, hidden=hidden)
