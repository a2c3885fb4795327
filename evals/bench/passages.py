"""Help centres of any size, made from templates: every passage is another sentence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, product
from pathlib import Path

HEADINGS = 50  # passages of an article
THINGS = (
    "tent", "lantern", "garden bench", "camp stove", "sleeping bag", "patio table", "rain jacket",
    "hammock", "water bottle", "rucksack", "folding chair", "cool box", "head torch", "picnic rug",
    "bird feeder", "watering can", "door mat", "fire bowl", "parasol", "walking pole",
)  # fmt: skip
KINDS = ("light", "large", "foldable", "woollen", "steel", "wooden", "blue", "green", "used", "new")
ACTS = (
    "return", "exchange", "clean", "repair", "insure", "collect", "assemble", "store", "order",
    "reserve",
)  # fmt: skip
TIMES = ("week", "month", "quarter", "season", "year")
WAYS = (
    "by post", "in a shop", "with our courier", "through the app", "by telephone", "on the website",
    "at a partner's counter", "with a printed form", "at a parcel locker", "through a neighbour",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A passage: the sentences that its article and its section are about, and its words."""

    about: str
    how: str
    heading: str
    text: str


def passages(count: int) -> list[Made]:
    """Return this many passages, article by article; a multiple of 50 and at most 100,000."""
    articles = list(product(THINGS, KINDS, ACTS))
    chosen = articles[:: max(1, len(articles) * HEADINGS // count)][: count // HEADINGS]
    if len(chosen) * HEADINGS != count:
        raise ValueError(f"{count} is not a multiple of {HEADINGS}, or is more than there are")
    return [
        _made(f"{kind} {thing}", act, time, way)
        for thing, kind, act in chosen
        for time, way in product(TIMES, WAYS)
    ]


def _made(what: str, act: str, time: str, way: str) -> Made:
    return Made(
        about=f"How to {act} a {what}",
        how=f"Within a {time}, {way}",
        heading=f"Within a {time}, {way}",
        text=f"You can {act} a {what} {way} within one {time} of delivery. Please keep the receipt "
        f"for the {what}: whoever wants to {act} it {way} is asked for the number on it.",
    )


def write_help_center(folder: Path, count: int) -> None:
    """Write that many passages as articles."""
    folder.mkdir(parents=True)
    for about, of_article in groupby(passages(count), key=lambda made: made.about):
        sections = [f"## {made.heading}\n\n{made.text}" for made in of_article]
        text = f"# {about}\n\n" + "\n\n".join(sections) + "\n"
        name = about.removeprefix("How to ").replace(" ", "-")
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def questions(count: int) -> list[str]:
    """Return that many questions, each about another thing."""
    asked = [
        f"How can I {act} my {kind} {thing} {way}?"
        for thing, kind, act, way in product(THINGS, KINDS, ACTS, WAYS)
    ]
    return asked[:: len(asked) // count][:count]
