"""Conditions: what a source says only under one, and what is said under another."""

from __future__ import annotations

from collections.abc import Sequence

from handrail.graph.grounds.clauses import CLAUSE, parts
from handrail.graph.grounds.figure import Figure
from handrail.graph.grounds.figures import figures, readings_of
from handrail.graph.grounds.likeness import ALIGNED, Likeness
from handrail.graph.grounds.senses import conditional, senses
from handrail.graph.grounds.words import is_plain, matter

CLOSE = 0.5  # recall from which a sentence says most of what a piece of a source says
KEPT = 0.34  # recall from which a condition is kept
MENTIONED = 0.6  # cover from which a source names a condition that is said


def dropped(  # noqa: PLR0917 - both sides, each with its language
    said: str, language: str, part: str, other: str, around: Sequence[str], like: Likeness
) -> bool:
    """Tell whether the source says it under a condition, or a limit, that is not said."""
    words = matter(said, language)
    stated = readings_of(figures(said, language))
    clauses = parts(CLAUSE, part, other)
    for clause in clauses:
        for figure in figures(clause, other):
            limited = matter(clause[: figure.start], other)
            if (
                not figure.readings & stated
                and _limits(clause, figure, other)
                and limited
                and like.recall(limited, words) >= CLOSE
            ):
                return True
        begins = conditional(clause, other)
        if not begins:
            continue
        rest = matter(" ".join(c for c in clauses if c != clause) + clause[: begins.start()], other)
        wanted = [w for w in matter(clause[begins.end() :], other) if w not in {*around, *rest}]
        if _keeps_another(said, language, clauses, other, like):
            return False
        says_rest = like.cover(words, rest) >= ALIGNED and rest
        if wanted and says_rest and like.recall(wanted, words) < KEPT:
            return True
    return False


def _keeps_another(
    said: str, language: str, clauses: Sequence[str], other: str, like: Likeness
) -> bool:
    """Tell whether what is said names one of the source's conditions, where it has several."""
    for clause in CLAUSE.split(said):
        begins = conditional(clause, language)
        words = matter(clause[begins.end() :], language) if begins else ()
        if words and any(
            conditional(known, other) and like.cover(words, matter(known, other)) >= MENTIONED
            for known in clauses
        ):
            return True
    return False


def added(  # noqa: PLR0917 - both sides, each with its language
    said: str, language: str, part: str, other: str, around: Sequence[str], like: Likeness
) -> bool:
    """Tell whether a condition is said that the source has not, or has of another price."""
    conditions = [
        word
        for known in parts(CLAUSE, part, other)
        for begins in [conditional(known, other)]
        if begins
        for word in matter(known[begins.end() :], other)
    ]
    for clause in CLAUSE.split(said):
        begins = conditional(clause, language)
        stated = matter(clause[begins.end() :], language) if begins else ()
        words = [word for word in stated if not is_plain(word, language)]
        if not words:
            continue
        if like.cover(words, [*(conditions or matter(part, other)), *around]) < MENTIONED:
            return True
        price = senses(clause, language).has & {"free", "paid"}
        for known in parts(CLAUSE, part, other):
            theirs = senses(known, other).has & {"free", "paid"}
            if price and theirs and like.cover(words, matter(known, other)) >= 2 * KEPT:
                return not price & theirs
    return False


def _limits(text: str, figure: Figure, language: str) -> bool:
    before, after = text[: figure.start].split()[-3:], text[figure.end :].split()[:3]
    return bool({"most", "least"} & senses(" ".join([*before, "1", *after]), language).has)
