"""How a user writes: whether they greet, and whether they mistype."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from handrail.prompts.load import FOLDER, from_yaml

SHORTEST = 5  # letters of a word that a slip may be in


@dataclass(frozen=True)
class Persona:
    """A manner of writing: `manner` in words; how likely a greeting and a slip are, in [0, 1]."""

    manner: str
    greets: float
    slips: float


@cache
def personas() -> dict[str, Persona]:
    """Return the personas by name; read once."""
    return {name: Persona(**row) for name, row in _file()["personas"].items()}


@cache
def _file() -> dict[str, Any]:
    text = (FOLDER / "simulation" / "personas.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = from_yaml(text)
    return found


def spoken(text: str, persona: Persona, language: str, dice: Random, *, first: bool) -> str:
    """Return what is written as this persona writes it: with a greeting or a slip, or as it is.

    A slip is never in what has to be exact: a number, an address, a code.
    """
    greets, slips = dice.random() < persona.greets, dice.random() < persona.slips
    said = with_slip(text, dice) if slips else text
    if first and greets:
        return f"{dice.choice(list(_file()['greetings'][language]))} {said}"
    return said


def with_slip(text: str, dice: Random) -> str:
    """Return a text with two neighbouring letters of one longer word swapped, where it has one."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= SHORTEST and word.isalpha()]
    if not long:
        return text
    place = dice.choice(long)
    word = words[place]
    at = dice.randrange(1, len(word) - 2)
    words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)
