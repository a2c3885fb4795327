"""Read the rows that replay decides, and say which line is wrong where one is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator


class BadRow(ValueError):
    """A line of the input cannot be used; nothing was decided."""


class RowTurn(BaseModel):
    """One turn of a row; other fields are ignored."""

    role: Literal["customer", "ai", "human"]
    text: str


class Row(BaseModel):
    """One message or conversation to decide. The last customer turn is what is decided."""

    model_config = ConfigDict(extra="ignore")

    id: str
    text: str | None = None
    turns: list[RowTurn] | None = None
    customer_id: str | None = None
    locale: str = "en"

    @model_validator(mode="after")
    def _something_said(self) -> Row:
        if (self.text is None) == (self.turns is None):
            raise ValueError("give either `text` or `turns`")
        if self.turns is not None and not any(t.role == "customer" for t in self.turns):
            raise ValueError("`turns` has no turn of the customer")
        return self

    def conversation(self) -> list[RowTurn]:
        """Return the turns up to the last one of the customer."""
        if self.turns is None:
            return [RowTurn(role="customer", text=self.text or "")]
        last = max(n for n, turn in enumerate(self.turns) if turn.role == "customer")
        return self.turns[: last + 1]


def read_rows(path: Path) -> list[Row]:
    """Return all rows of a JSONL file. Raises BadRow naming the line before anything is decided."""
    try:
        # not splitlines(): a text may hold U+0085 or U+2028, which JSON does not escape
        lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadRow(f"{path}: cannot be read as UTF-8 text: {problem}") from problem
    return list(_rows(path, lines))


def _rows(path: Path, lines: list[str]) -> Iterator[Row]:
    for number, line in enumerate(line for line in lines if line.strip()):
        try:
            raw = json.loads(line)
            if not isinstance(raw, dict):
                raise BadRow(f"{path}, row {number} (from 0): not a JSON object")
            named = raw.get("id")
            row_id = f"row-{number}" if named is None else str(named)
            given = {key: value for key, value in raw.items() if value is not None}
            yield Row.model_validate({**given, "id": row_id})
        except (json.JSONDecodeError, ValidationError) as problem:
            raise BadRow(f"{path}, row {number} (from 0): {problem}") from problem
