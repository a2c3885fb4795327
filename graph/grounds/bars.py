"""The bars of the grounding check, which the policy sets."""

from __future__ import annotations

from pydantic import Field

from handrail.graph.part import Part


class Grounding(Part):
    """From where a sentence that a model words itself counts as borne out. All in [0, 2].

    `cover` is the share of the sentence's words that the source has, `cosine` how near the two are
    in meaning, `both` their sum; `clause` is the cover of each clause by itself, and `word` how
    like each word must be to one of the source. `margin` is how far behind the nearest source
    another may be. The `order_` ones are for what a tool says of an order, the `foreign_` ones for
    a source in another language. `courtesy` and `courtesy_words` are the same two for
    what is polite and says nothing.
    """

    cover: float = Field(default=0.6, ge=0, le=1)
    cosine: float = Field(default=0.4, ge=0, le=1)
    both: float = Field(default=1.25, ge=0, le=2)
    margin: float = Field(default=0.2, ge=0, le=2)
    clause: float = Field(default=0.5, ge=0, le=1)
    word: float = Field(default=0.4, ge=0, le=1)
    order_cover: float = Field(default=0.75, ge=0, le=1)
    order_cosine: float = Field(default=0.2, ge=0, le=1)
    order_word: float = Field(default=0.75, ge=0, le=1)
    foreign_cosine: float = Field(default=0.6, ge=0, le=1)
    foreign_cover: float = Field(default=0.5, ge=0, le=1)
    courtesy: float = Field(default=0.6, ge=0, le=1)
    courtesy_words: float = Field(default=0.7, ge=0, le=1)
