"""Choose the chat model: the embedded one, or one behind langchain-openai."""

from __future__ import annotations

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

TIMEOUT_SECONDS = 20


def open_model(name: str, embedded: BaseChatModel) -> BaseChatModel:
    """Return the model named like "embedded" or "openai:gpt-5-mini" (OPENAI_BASE_URL applies)."""
    if name == "embedded":
        return embedded
    model: BaseChatModel = init_chat_model(
        name, temperature=0, timeout=TIMEOUT_SECONDS, max_retries=1
    )
    return model
