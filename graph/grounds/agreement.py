"""Whether a sentence says the same as a piece of a source, or turns, widens or mixes it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handrail.graph.grounds.clauses import (
    CLAUSE,
    JOINED,
    LEAST,
    SEGMENT,
    figured,
    parts,
    statements,
)
from handrail.graph.grounds.conditions import added, dropped
from handrail.graph.grounds.figures import figures, readings_of
from handrail.graph.grounds.likeness import ALIGNED, Likeness
from handrail.graph.grounds.senses import Senses, conditional, contradicts, senses
from handrail.graph.grounds.words import is_plain, matter

_SUBJECT = re.compile(
    r"(?:you|we|it|they|vous|nous|il|elle|ils|elles|sie|wir|es|er|du|je|ze|het|hij)\b",
    re.IGNORECASE,
)
LISTED, BEFORE = 5, 8  # words of a clause that is only listed after another, and before it


def agrees(  # noqa: PLR0917 - both sides, each with its language
    said: str, language: str, source: Sequence[str], other: str, context: str, like: Likeness
) -> bool:
    """Tell whether what is said holds by sentences of a source, which are in the language `other`.

    Looks at what likeness is blind to: negation, free or paid, conditions that were dropped,
    figures that belong to something else.
    """
    told = [text for text in source if matter(text, other)]  # a bare "No." answers the heading
    segments = [part for text in told for part in parts(SEGMENT, text, other)]
    around = matter(context, other)
    for stated in statements(said, language):
        words = matter(stated, language)
        covers = [like.cover(words, matter(part, other)) for part in segments]
        if not covers:
            return False
        near = [part for part, c in zip(segments, covers, strict=True) if c >= max(covers) - 0.01]
        if not all(_holds(stated, language, part, other, around, like) for part in near):
            return False
    return not _mixed(said, language, source, other, like)


def _holds(  # noqa: PLR0917 - both sides, each with its language
    said: str, language: str, part: str, other: str, around: Sequence[str], like: Likeness
) -> bool:
    ours, theirs = senses(said, language), senses(part, other)
    return not (
        contradicts(ours, theirs, on_condition=conditional(part, other) is not None)
        or _negated(said, language, ours, part, other, theirs, like)
        or dropped(said, language, part, other, around, like)
        or added(said, language, part, other, around, like)
    )


def _negated(  # noqa: PLR0917 - both sides, each with its language and senses
    said: str, language: str, ours: Senses, part: str, other: str, theirs: Senses, like: Likeness
) -> bool:
    """Tell whether one denies what the other says, clause by clause where they have several."""
    clauses = parts(CLAUSE, part, other)
    turns = _turns(clauses, other)
    if len(set(turns)) <= 1:
        return ours.negated != theirs.negated
    stated = [c for c in CLAUSE.split(said) for c in JOINED.split(c)]
    for clause in stated:
        words = matter(clause, language)
        covers = [like.cover(words, matter(known, other)) for known in clauses]
        best = max(covers)
        if len(words) < LEAST or best < ALIGNED:
            continue
        near = {turn for turn, c in zip(turns, covers, strict=True) if c >= best - 0.1}
        if senses(clause, language).negated not in near:
            return True
    return False


def _turns(clauses: Sequence[str], language: str) -> list[bool]:
    """Tell of each clause whether it is negated; one that is only listed is as its neighbour."""
    turns = [senses(clause, language).negated for clause in clauses]
    leading = True
    for place, clause in enumerate(clauses):
        leading = leading and not senses(clause, language).negated
        listed = len(clause.split()) <= (BEFORE if leading else LISTED)
        stands = (
            _SUBJECT.match(clause) or JOINED.match(f" {clause}") or conditional(clause, language)
        )
        if turns[place] or not listed or stands:
            leading = False
            continue
        turns[place] = turns[-1] if leading else turns[place - 1]
    return turns


def _mixed(said: str, language: str, source: Sequence[str], other: str, like: Likeness) -> bool:
    """Tell whether a figure was taken from beside another thing than the one it is said of."""
    known = [pair for text in source for pair in _things(text, other)]
    if len(known) < LEAST:
        return False
    alone = len(figures(said, language)) == 1
    for clause in [said] if alone else figured(said, language):
        for figure in figures(clause, language):
            stated = matter(clause, language)
            words = [w for w in stated if not is_plain(w, language)] or stated
            having = [like.cover(words, w) for w, r in known if figure.readings & r]
            lacking = [like.cover(words, w) for w, r in known if not figure.readings & r]
            if having and lacking and max(lacking) > max(having) + 0.05:
                return True
    return False


def _things(text: str, language: str) -> list[tuple[list[str], frozenset[str]]]:
    """Return the figures of a sentence, and the words of the thing that each belongs to."""
    found: list[tuple[list[str], frozenset[str]]] = []
    waiting: list[str] = []
    for part in figured(text, language):
        words, readings = matter(part, language), readings_of(figures(part, language))
        if readings:
            own = any(not is_plain(word, language) for word in [*waiting, *words])
            shared = found[-1][0] if found and not own else []
            found.append(([*shared, *waiting, *words], readings))
            waiting = []
        elif found:
            found[-1] = ([*found[-1][0], *words], found[-1][1])
        else:
            waiting += words
    return found
