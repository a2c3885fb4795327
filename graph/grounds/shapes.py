"""Text that was meant for a program: JSON, code, tool calls, templates with holes in them."""

from __future__ import annotations

import re

_MALFORMED = re.compile(
    r"```|[{}]|</?[a-z_|][\w|:/ -]*>|<\|"  # fences, JSON and templates, tags, turns of a model
    r"|\b(?:tool_calls?|function_call|tool_use)\b"
    r"|\b[a-z]+(?:_[a-z]+)+\s*\("  # look_up_order(
    r"|\[(?:[A-Za-zÀ-ÿ' ]*\b)?(?:your|name|order|number|insert|date|link|email|customer|tu|nombre|"
    r"votre|nom|ihr|ihre|dein|seu|nome|tuo|jouw|naam|x+)\b[^\]\n]{0,40}\](?!\()"
    r"|\[\[|\]\]|(?-i:\bTODO\b|\bTBD\b|\bXX+\b)|%[sd]\b|\bundefined\b|\bNaN\b"
    r"|^(?:assistant|user|system|human|ai)\s*:",
    re.IGNORECASE | re.MULTILINE,
)


def malformed(text: str) -> str | None:
    """Return the first stretch of a reply that no customer should see, None where all is well."""
    found = _MALFORMED.search(text)
    return found[0] if found else None
