"""What a model gives a tool: checked, and explained to it where it is wrong."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, ValidationError


class Arguments(BaseModel):
    """The arguments of a tool. Anything else that a model gives is dropped unread."""

    model_config = ConfigDict(coerce_numbers_to_str=True, str_strip_whitespace=True)


def explain_arguments(problem: ValueError) -> str:
    """Return the outcome of a call with bad arguments as JSON, so that the model may mend it."""
    details = problem.errors() if isinstance(problem, ValidationError) else []
    problems = [f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}" for detail in details]
    return json.dumps({"outcome": "bad_arguments", "problems": problems}, ensure_ascii=False)
