"""Find the one-time code in a mail of ours, for whoever plays a customer."""

from __future__ import annotations

import re

_CODE = re.compile(r"^(\d{3}) (\d{3})$", re.MULTILINE)  # it stands on a line of its own


def mailed_code(body: str) -> str | None:
    """Return the six digits of the code in a mail, None where there is none."""
    found = _CODE.search(body)
    return found[1] + found[2] if found else None
