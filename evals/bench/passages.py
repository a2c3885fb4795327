"""Help centres of any size, made from templates: every passage is another sentence."""

from __future__ import annotations

from itertools import product
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


def write_help_center(folder: Path, passages: int) -> None:
    """Write articles with this many passages, a multiple of 50 and at most 100,000."""
    articles = list(product(THINGS, KINDS, ACTS))[: passages // HEADINGS]
    if len(articles) * HEADINGS != passages:
        raise ValueError(f"{passages} is not a multiple of {HEADINGS}, or is more than there are")
    folder.mkdir(parents=True)
    for thing, kind, act in articles:
        what = f"{kind} {thing}"
        sections = [
            f"## Within a {time}, {way}\n\n"
            f"You can {act} a {what} {way} within one {time} of delivery. Please keep the receipt "
            f"for the {what}: whoever wants to {act} it {way} is asked for the number on it."
            for time, way in product(TIMES, WAYS)
        ]
        text = f"# How to {act} a {what}\n\n" + "\n\n".join(sections) + "\n"
        (folder / f"{act}-{what.replace(' ', '-')}.md").write_text(text, encoding="utf-8")


def questions(count: int) -> list[str]:
    """Return that many questions, each about another thing."""
    asked = [
        f"How can I {act} my {kind} {thing} {way}?"
        for thing, kind, act, way in product(THINGS, KINDS, ACTS, WAYS)
    ]
    return asked[:: len(asked) // count][:count]
