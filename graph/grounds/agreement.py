"""Whether a sentence says the same as a piece of a source, or turns it round, widens or mixes it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handrail.graph.grounds.figures import figures, readings_of
from handrail.graph.grounds.likeness import Likeness
from handrail.graph.grounds.senses import Senses, conditional, contradicts, senses
from handrail.graph.grounds.words import matter

_SEGMENT = re.compile(r"(?<!\d)[;:](?!\d)|(?<=[.!?…])\s+|\s[–—-]\s")
_CLAUSE = re.compile(r",(?!\d)|\(|\)")
_MOTIVE = re.compile(r",(?!\d)|(?<!\w)(?:and|y|et|und|e|en|while|whereas|mientras|tandis|während)(?!\w)")
LEAST = 2  # words of matter that make a clause
ALIGNED = 0.5  # cover from which a clause of a sentence has its counterpart in a source
CLOSE = 0.5  # recall from which a sentence says most of what a piece of a source says
KEPT = 0.34  # recall from which a condition is kept


def agrees(
    said: str, language: str, source: Sequence[str], other: str, context: str, like: Likeness
) -> bool:
    """Tell whether what is said holds by sentences of a source, which are in the language `other`.

    Looks at what likeness is blind to: negation, free or paid, conditions that were dropped,
    figures that belong to something else.
    """
    segments = [part for text in source for part in _parts(_SEGMENT, text, other)]
    around = matter(context, other)
    for stated in _parts(_SEGMENT, said, language):
        words = matter(stated, language)
        covers = [like.cover(words, matter(part, other)) for part in segments]
        if not covers:
            return False
        near = [part for part, c in zip(segments, covers, strict=True) if c >= max(covers) - 0.01]
        if not any(_holds(stated, language, part, other, around, like) for part in near):
            return False
    return not _mixed(said, language, source, other, like)


def _holds(
    said: str, language: str, part: str, other: str, around: Sequence[str], like: Likeness
) -> bool:
    ours, theirs = senses(said, language), senses(part, other)
    return not (
        contradicts(ours, theirs)
        or _negated(said, language, ours, part, other, theirs, like)
        or _dropped(said, language, part, other, around, like)
    )


def _negated(  # noqa: PLR0913 - both sides, each with its language and senses
    said: str, language: str, ours: Senses, part: str, other: str, theirs: Senses, like: Likeness
) -> bool:
    """Tell whether one denies what the other says, clause by clause where they have several."""
    clauses = _parts(_CLAUSE, part, other)
    turns = [senses(clause, other).negated for clause in clauses]
    if len(set(turns)) <= 1:
        return ours.negated != theirs.negated
    for stated in _parts(_CLAUSE, said, language):
        words = matter(stated, language)
        covers = [like.cover(words, matter(clause, other)) for clause in clauses]
        best = max(covers)
        if best < ALIGNED:
            continue
        near = {turn for turn, c in zip(turns, covers, strict=True) if c >= best - 0.1}
        if senses(stated, language).negated not in near:
            return True
    return False


def _dropped(
    said: str, language: str, part: str, other: str, around: Sequence[str], like: Likeness
) -> bool:
    """Tell whether the source says it under a condition, or a limit, that is not said."""
    words = matter(said, language)
    bare = " ".join(words)
    limits = [f for f in figures(part, other) if _limits(part, f.start, other)]
    if limits and like.recall(matter(part, other), words) >= CLOSE and bare:
        stated = readings_of(figures(said, language))
        if not any(figure.readings & stated for figure in limits):
            return True
    clauses = _parts(_CLAUSE, part, other)
    for clause in clauses:
        begins = conditional(clause, other)
        if not begins:
            continue
        wanted = [w for w in matter(clause[begins.end() :], other) if w not in around]
        rest = matter(" ".join(c for c in clauses if c != clause) + clause[: begins.start()], other)
        says_rest = like.cover(words, rest) >= ALIGNED and rest
        if wanted and says_rest and like.recall(wanted, words) < KEPT:
            return True
    return False


def _limits(text: str, start: int, language: str) -> bool:
    before = " ".join(text[:start].split()[-3:])
    return bool({"most", "least"} & senses(f"{before} 1", language).has)


def _mixed(
    said: str, language: str, source: Sequence[str], other: str, like: Likeness
) -> bool:
    """Tell whether a figure was taken from beside another thing than the one it is said of."""
    pieces = [c for text in source for c in _parts(_MOTIVE, text, other) if figures(c, other)]
    if len(pieces) < LEAST:
        return False
    known = [(matter(piece, other), readings_of(figures(piece, other))) for piece in pieces]
    for clause in _parts(_MOTIVE, said, language):
        for figure in figures(clause, language):
            words = matter(clause, language)
            having = [like.cover(words, w) for w, r in known if figure.readings & r]
            lacking = [like.cover(words, w) for w, r in known if not figure.readings & r]
            if having and lacking and max(lacking) > max(having) + 0.05:
                return True
    return False


def _parts(cut: re.Pattern[str], text: str, language: str) -> list[str]:
    """Cut a text; a part with too little matter of its own goes with the part before it."""
    found: list[str] = []
    for part in filter(None, (piece.strip() for piece in cut.split(text))):
        if found and len(matter(part, language)) < LEAST and not figures(part, language):
            found[-1] += f", {part}"
        else:
            found.append(part)
    return found
