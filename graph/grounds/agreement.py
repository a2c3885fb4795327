"""Whether a sentence says the same as a piece of a source, or turns, widens or mixes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from handrail.graph.grounds.figure import Figure
from handrail.graph.grounds.figures import figures, readings_of
from handrail.graph.grounds.likeness import Likeness
from handrail.graph.grounds.senses import Senses, conditional, contradicts, senses
from handrail.graph.grounds.words import is_plain, matter

_SEGMENT = re.compile(r";|(?<=[.!?…])\s+")
_JOINED = re.compile(
    r",?\s(?:and|while|y|et|und|e|en|mientras|tandis|während|enquanto|mentre|terwijl)\s"
)
_APART = re.compile(
    r",\s(?:and|y|et|und|e|en)\s|,?\s(?:but|while|whereas|pero|mientras|mais|tandis|aber|während|mas"
    r"|enquanto|ma|mentre|maar|terwijl)\s"
)
_SUBJECT = re.compile(
    r"(?:you|we|it|they|vous|nous|il|elle|ils|elles|sie|wir|es|er|du|je|ze|het|hij)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r",(?!\d)|[():]|\s(?=(?:so that|because|porque|para que|parce que|pour que|weil|damit|perché"
    r"|affinché|così|omdat|zodat)\s)"
)
_MONEY = ("eur ", "usd ", "gbp ", "chf ")
LEAST = 2  # words of matter that make a clause
APART = 3  # words of matter that make a statement of its own after "and"
ALIGNED = 0.5  # cover from which a clause of a sentence has its counterpart in a source
CLOSE = 0.5  # recall from which a sentence says most of what a piece of a source says
KEPT = 0.34  # recall from which a condition is kept
MENTIONED = 0.6  # cover from which a source names a condition that is said
LISTED, BEFORE = 5, 8  # words of a clause that is only listed after another, and before it


def agrees(  # noqa: PLR0917 - both sides, each with its language
    said: str, language: str, source: Sequence[str], other: str, context: str, like: Likeness
) -> bool:
    """Tell whether what is said holds by sentences of a source, which are in the language `other`.

    Looks at what likeness is blind to: negation, free or paid, conditions that were dropped,
    figures that belong to something else.
    """
    told = [text for text in source if matter(text, other)]  # a bare "No." answers the heading
    segments = [part for text in told for part in _parts(_SEGMENT, text, other)]
    around = matter(context, other)
    for stated in _statements(said, language):
        words = matter(stated, language)
        covers = [like.cover(words, matter(part, other)) for part in segments]
        if not covers:
            return False
        near = [part for part, c in zip(segments, covers, strict=True) if c >= max(covers) - 0.01]
        if not all(_holds(stated, language, part, other, around, like) for part in near):
            return False
    return not _mixed(said, language, source, other, like)


def _statements(said: str, language: str) -> list[str]:
    """Cut a sentence into what it states, one thing each."""
    found: list[str] = []
    for segment in _parts(_SEGMENT, said, language):
        found += _parts(_APART, segment, language, APART)
    return found


def _holds(  # noqa: PLR0917 - both sides, each with its language
    said: str, language: str, part: str, other: str, around: Sequence[str], like: Likeness
) -> bool:
    ours, theirs = senses(said, language), senses(part, other)
    return not (
        contradicts(ours, theirs, on_condition=conditional(part, other) is not None)
        or _negated(said, language, ours, part, other, theirs, like)
        or _dropped(said, language, part, other, around, like)
        or _added(said, language, part, other, around, like)
    )


def _negated(  # noqa: PLR0917 - both sides, each with its language and senses
    said: str, language: str, ours: Senses, part: str, other: str, theirs: Senses, like: Likeness
) -> bool:
    """Tell whether one denies what the other says, clause by clause where they have several."""
    clauses = _parts(_CLAUSE, part, other)
    turns = _turns(clauses, other)
    if len(set(turns)) <= 1:
        return ours.negated != theirs.negated
    stated = [c for c in _CLAUSE.split(said) for c in _JOINED.split(c)]
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
            _SUBJECT.match(clause) or _JOINED.match(f" {clause}") or conditional(clause, language)
        )
        if turns[place] or not listed or stands:
            leading = False
            continue
        turns[place] = turns[-1] if leading else turns[place - 1]
    return turns


def _dropped(  # noqa: PLR0917 - both sides, each with its language
    said: str, language: str, part: str, other: str, around: Sequence[str], like: Likeness
) -> bool:
    """Tell whether the source says it under a condition, or a limit, that is not said."""
    words = matter(said, language)
    stated = readings_of(figures(said, language))
    clauses = _parts(_CLAUSE, part, other)
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
    for clause in _CLAUSE.split(said):
        begins = conditional(clause, language)
        words = matter(clause[begins.end() :], language) if begins else ()
        if words and any(
            conditional(known, other) and like.cover(words, matter(known, other)) >= MENTIONED
            for known in clauses
        ):
            return True
    return False


def _added(  # noqa: PLR0917 - both sides, each with its language
    said: str, language: str, part: str, other: str, around: Sequence[str], like: Likeness
) -> bool:
    """Tell whether a condition is said that the source has not, or has of another price."""
    conditions = [
        word
        for known in _parts(_CLAUSE, part, other)
        if _begin(known, other) >= 0
        for word in matter(known[_begin(known, other) :], other)
    ]
    for clause in _CLAUSE.split(said):
        begins = conditional(clause, language)
        stated = matter(clause[begins.end() :], language) if begins else ()
        words = [word for word in stated if not is_plain(word, language)]
        if not words:
            continue
        if like.cover(words, [*(conditions or matter(part, other)), *around]) < MENTIONED:
            return True
        price = senses(clause, language).has & {"free", "paid"}
        for known in _parts(_CLAUSE, part, other):
            theirs = senses(known, other).has & {"free", "paid"}
            if price and theirs and like.cover(words, matter(known, other)) >= 2 * KEPT:
                return not price & theirs
    return False


def _begin(clause: str, language: str) -> int:
    found = conditional(clause, language)
    return found.end() if found else -1


def _limits(text: str, figure: Figure, language: str) -> bool:
    before, after = text[: figure.start].split()[-3:], text[figure.end :].split()[:3]
    return bool({"most", "least"} & senses(" ".join([*before, "1", *after]), language).has)


def _mixed(said: str, language: str, source: Sequence[str], other: str, like: Likeness) -> bool:
    """Tell whether a figure was taken from beside another thing than the one it is said of."""
    known = [pair for text in source for pair in _things(text, other)]
    if len(known) < LEAST:
        return False
    alone = len(figures(said, language)) == 1
    for clause in [said] if alone else _figured(said, language):
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
    for part in _figured(text, language):
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


def _figured(text: str, language: str) -> list[str]:
    """Cut a text at commas and "and"; a part without matter or money goes with the one before."""

    def stands(part: str) -> bool:
        money = any(r.startswith(_MONEY) for f in figures(part, language) for r in f.readings)
        return money or len(matter(part, language)) >= LEAST

    return _cut((*_CLAUSE.finditer(text), *_JOINED.finditer(text)), text, stands)


def _parts(cut: re.Pattern[str], text: str, language: str, least: int = LEAST) -> list[str]:
    """Cut a text; a part with too little matter of its own goes with the part before it."""
    return _cut(cut.finditer(text), text, lambda part: len(matter(part, language)) >= least)


def _cut(places: Iterable[re.Match[str]], text: str, stands: Callable[[str], bool]) -> list[str]:
    """Cut a text after each place where both what is before and what follows stand alone."""
    starts = [0, *sorted(match.start() for match in places if match.start()), len(text)]
    found: list[str] = []
    for start, end in pairwise(starts):
        part = text[start:end]
        if found and not (stands(part) and stands(found[-1])):
            found[-1] += part
        else:
            found.append(part)
    return [part.strip(" ,;:") for part in found if part.strip(" ,;:")]
