"""Which sentences of a reply the evidence of this turn bears out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handrail.graph.citing import fold
from handrail.graph.grounds.agreement import agrees
from handrail.graph.grounds.bars import Grounding
from handrail.graph.grounds.figure import Figure
from handrail.graph.grounds.figures import figures, readings_of
from handrail.graph.grounds.likeness import Likeness
from handrail.graph.grounds.senses import order_states, senses
from handrail.graph.grounds.sources import Evidence, Source, windows_of
from handrail.graph.grounds.splitting import sentences_of
from handrail.graph.grounds.wordlists import expressions, straight, word_list
from handrail.graph.grounds.words import is_plain, matter, names

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
LONGEST_QUESTION = 30  # words
IS_NAMED = 0.9  # likeness from which a name is one that the source has
PLAIN = 0.5  # weight of a word that says little
CLAUSE = 2  # words of matter that make a clause


@dataclass(frozen=True)
class Piece:
    """One or two sentences of a source, its words, its direction and its figures."""

    source: Source
    sentences: tuple[str, ...]
    words: tuple[str, ...]
    vector: NDArray[np.float32]
    readings: frozenset[str]


class Support:
    """Judge sentences by the evidence; everything is embedded in one call."""

    def __init__(  # noqa: PLR0917 - what is said, what is known, and how to compare them
        self,
        said: Sequence[str],
        evidence: Evidence,
        polite: Sequence[str],
        language: str,
        embed: Embed,
        bars: Grounding,
    ) -> None:
        self._language, self._bars, self._evidence = language, bars, evidence
        self._polite = list(polite)
        self._figures = {sentence: figures(sentence, language) for sentence in said}
        self._known = frozenset().union(*(s.readings for s in evidence.sources))
        self._exact = {_bare(s) for source in evidence.sources for s in _verbatim(source)}
        self._exact |= {_bare(sentence) for sentence in evidence.worded}
        known = [
            text for source in evidence.sources for text in (*source.sentences, source.context)
        ]
        ours = {word for sentence in said for word in matter(sentence, language)}
        ours |= {name for sentence in said for name in names(sentence, language)}
        theirs = {w for source in evidence.sources for w in _words(source)}
        courteous = {w for line in self._polite for w in matter(line, language)}
        texts = list(dict.fromkeys([*said, *known, *self._polite, *ours, *theirs, *courteous]))
        self._vectors = dict(zip(texts, embed(texts), strict=True)) if texts else {}
        self._like = Likeness(ours, [*theirs, *courteous], self._vectors)
        self._courteous = sorted(courteous)
        self._pieces = [p for source in evidence.sources for p in self._cut(source)]

    def is_exact(self, sentence: str) -> bool:
        """Tell whether a sentence stands in a source as it is, whole."""
        return _bare(sentence) in self._exact

    def is_courtesy(self, sentence: str) -> bool:
        """Tell whether a sentence is polite and says nothing; it holds no figure."""
        if _bare(sentence) in {_bare(line) for line in self._polite}:
            return True
        rest = sentence
        for title in sorted(self._evidence.titles, key=len, reverse=True):
            place = straight(rest).casefold().find(title)
            rest = rest[:place] + rest[place + len(title) :] if place >= 0 else rest
        words = matter(rest, self._language)
        if self.figures_in(sentence) or not self._polite or order_states(rest, self._language):
            return False
        if any(
            self._like.of(name, self._courteous) < IS_NAMED for name in names(rest, self._language)
        ):
            return False
        near = max(float(self._vectors[sentence] @ self._vectors[line]) for line in self._polite)
        full = self._like.cover(words, self._courteous)
        return near >= self._bars.courtesy and full >= self._bars.courtesy_words

    def is_question(self, sentence: str) -> bool:
        """Tell whether a sentence asks the customer something, with no figure of its own."""
        plain = straight(sentence).strip(' "”»')
        if not plain.endswith("?") or len(plain.split()) > LONGEST_QUESTION:
            return False
        if not all(f.readings & self._known for f in self.figures_in(sentence)):
            return False
        parts = [plain.lstrip("¿ "), *(part.strip(" ¿") for part in plain.split(",")[1:])]
        opens = expressions("questions", "fires", self._language)
        fake = expressions("questions", "excuses", self._language)
        return any(opens.match(part) and not fake.match(part) for part in parts)

    def figures_in(self, sentence: str) -> tuple[Figure, ...]:
        """Return the figures of a sentence."""
        return self._figures[sentence]

    def unknown_figure(self, sentence: str) -> bool:
        """Tell whether a figure stands in no source at all."""
        return any(not f.readings & self._known for f in self.figures_in(sentence))

    def is_borne_out(self, sentence: str, named: str | None = None, *, of_us: bool = False) -> bool:
        """Tell whether one piece of the evidence bears a sentence out.

        `named` is the source that the model gives for it; then the whole of that source counts.
        With `of_us`, what we do is said, and so the source must speak of us as well.
        """
        if self.is_exact(sentence):
            return True
        pieces = self._pieces
        if named is not None:
            pieces = [*pieces, *(self._whole(s) for s in self._evidence.sources if s.id == named)]
        measured = [(self._measure(piece, sentence), piece) for piece in pieces]
        nearest = max((cover + near for (cover, near), _ in measured), default=0.0)
        return any(
            self._bears_out(piece, sentence, cover, near)
            for (cover, near), piece in measured
            if not of_us or _speaks_of_us(piece)
            if cover + near >= nearest - self._bars.margin
        )

    def _bears_out(self, piece: Piece, sentence: str, cover: float, near: float) -> bool:
        bars = self._bars
        if piece.source.order is not None:
            fits = cover >= bars.order_cover and near >= bars.order_cosine
        elif piece.source.language == self._language:
            fits = cover >= bars.cover and near >= bars.cosine and cover + near >= bars.both
        else:
            fits = near >= bars.foreign_cosine and cover >= bars.foreign_cover
        return fits and self._agrees(piece, sentence)

    def _measure(self, piece: Piece, sentence: str) -> tuple[float, float]:
        words = matter(sentence, self._language)
        weights = [PLAIN if is_plain(word, self._language) else 1.0 for word in words]
        cover = self._like.cover(words, piece.words, weights)
        return cover, float(self._vectors[sentence] @ piece.vector)

    def _agrees(self, piece: Piece, sentence: str) -> bool:
        language, source = self._language, piece.source
        if not all(f.readings & piece.readings for f in self.figures_in(sentence)):
            return False
        if any(self._like.of(n, piece.words) < IS_NAMED for n in names(sentence, language)):
            return False
        if any(self._is_foreign(w, piece) for w in matter(sentence, language)):
            return False
        for clause in sentence.replace(";", ",").split(","):
            words = matter(clause, language)
            if len(words) >= CLAUSE and self._like.cover(words, piece.words) < self._bars.clause:
                return False
        if source.order is not None:
            denied = senses(sentence, language).negated and not _denies(source)
            return not denied and order_states(sentence, language) <= _states(source)
        return agrees(
            _without_yes(sentence),
            language,
            piece.sentences,
            source.language,
            source.context,
            self._like,
        )

    def _is_foreign(self, word: str, piece: Piece) -> bool:
        """Tell whether a word says something that the source, in the same language, does not."""
        if piece.source.language != self._language or is_plain(word, self._language):
            return False
        bar = self._bars.word if piece.source.order is None else self._bars.order_word
        return self._like.of(word, piece.words) < bar

    def _cut(self, source: Source) -> list[Piece]:
        return [self._piece(source, window) for window in windows_of(source)]

    def _whole(self, source: Source) -> Piece:
        return self._piece(source, tuple(range(len(source.sentences))))

    def _piece(self, source: Source, window: tuple[int, ...]) -> Piece:
        said = tuple(source.sentences[place] for place in window)
        words = (
            set(_words(source)) if source.whole else set(matter(source.context, source.language))
        )
        words |= {w for sentence in said for w in matter(sentence, source.language)}
        total = np.sum([self._vectors[sentence] for sentence in said], axis=0)
        vector = total / max(float(np.linalg.norm(total)), 1e-9)
        readings = source.readings
        if not source.whole:
            readings = readings_of(f for s in said for f in figures(s, source.language))
        return Piece(source, said, tuple(sorted(words)), vector, readings)


def _speaks_of_us(piece: Piece) -> bool:
    ours = expressions("polarity", "we", piece.source.language)
    return piece.source.order is not None or any(
        ours.search(sentence) for sentence in piece.sentences
    )


def polite_lines(language: str) -> list[str]:
    """Return the courtesies of a language."""
    return list(word_list("courtesies").get(language, ()))


def _words(source: Source) -> list[str]:
    texts = [(source.language, text) for text in (*source.sentences, source.context)]
    return [w for code, text in (*texts, *source.more) for w in matter(text, code)]


def _verbatim(source: Source) -> list[str]:
    return [*source.sentences, *(s for _, text in source.more for s in sentences_of(text))]


def _states(source: Source) -> frozenset[str]:
    """Return the states that may be said of an order: what is with the driver is on its way too."""
    state = source.order or ""
    return frozenset({state} | ({"shipped"} if state == "out_for_delivery" else set()))


def _denies(source: Source) -> bool:
    return any(senses(text, code).negated for code, text in source.more)


def _without_yes(sentence: str) -> str:
    """Return a sentence without the yes or no that it begins with: that answers the question."""
    first, comma, rest = sentence.partition(",")
    answers = {"yes", "no", "sí", "oui", "non", "ja", "nein", "sim", "não", "sì", "nee", "si"}
    return rest.strip() if comma and first.strip().casefold() in answers else sentence


def _bare(sentence: str) -> str:
    return fold(straight(sentence)).strip(" .:!,;")
