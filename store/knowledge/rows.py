"""What is read from a Chroma collection, as rows and passages of ours; all of it blocks.

What Chroma raises passes through.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from chromadb.api.models.Collection import Collection
from numpy.typing import NDArray

from handrail.store.knowledge.learned import Row, passage_of
from handrail.store.knowledge.protocol import Passage

PAGE = 5000  # rows that are read at once
WORDS: list[Any] = ["documents", "metadatas"]
ROW: list[Any] = ["embeddings", *WORDS]
FIELDS = ("ids", *ROW)


def nearest_rows(collection: Collection, vector: NDArray[np.float32], n: int) -> list[Row]:
    """Return the `n` rows nearest to a unit vector (512), nearest first."""
    return rows_of(_nearest(collection, vector, n, *ROW))


def all_rows(collection: Collection, *fields: str) -> dict[str, list[Any]]:
    """Return every row, page by page: Chroma cannot give 100,000 at once."""
    found: dict[str, list[Any]] = {name: [] for name in ("ids", *fields)}
    for start in range(0, collection.count(), PAGE):
        part: Any = collection.get(limit=PAGE, offset=start, include=list(fields))  # type: ignore[arg-type]
        for name, rows in found.items():
            rows.extend(part[name])
    return found


def cosines(
    collection: Collection, vector: NDArray[np.float32], n: int, lang: str | None = None
) -> list[tuple[str, float]]:
    """Return the ids of the nearest rows and their cosines: of all that Chroma gives, the cheap."""
    found = _nearest(collection, vector, n, "distances", lang=lang)
    return [(id_, 1.0 - far) for id_, far in zip(found["ids"], found["distances"], strict=True)]


def nearest_passages(
    collection: Collection, vector: NDArray[np.float32], n: int
) -> list[tuple[Passage, float]]:
    """Return the `n` passages nearest to a unit vector (512) with their cosines, nearest first."""
    found = _nearest(collection, vector, n, "distances", *WORDS)
    far = found["distances"]
    return [(passage, 1.0 - away) for passage, away in zip(_passages(found), far, strict=True)]


def any_row(collection: Collection, where: dict[str, Any] | None = None) -> bool:
    """Tell whether there is any row, or any such row; Chroma's own count looks at all of them."""
    return bool(collection.get(where=where, limit=1, include=[])["ids"])


def by_passage(asked: Sequence[tuple[str, float]]) -> dict[str, list[float]]:
    """Return the cosines of questions by the passage that they are asked for."""
    found: dict[str, list[float]] = {}
    for id_, cosine in asked:
        found.setdefault(id_.rpartition("#")[0], []).append(cosine)
    return found


def passages_of(collection: Collection, ids: list[str]) -> list[Passage]:
    """Return the passages of these ids; those that are gone are left out."""
    return _passages(collection.get(ids=ids, include=WORDS))


def rows_of(found: Any) -> list[Row]:
    """Return what Chroma found row by row."""
    return [
        Row(id_, np.asarray(vector, dtype=np.float32), text, about)
        for id_, vector, text, about in zip(*(found[name] for name in FIELDS), strict=True)
    ]


def _passages(found: Any) -> list[Passage]:
    return [
        passage_of(id_, text, about)
        for id_, text, about in zip(*(found[name] for name in ("ids", *WORDS)), strict=True)
    ]


def _nearest(
    collection: Collection,
    vector: NDArray[np.float32],
    n: int,
    *fields: Any,
    lang: str | None = None,
) -> dict[str, list[Any]]:
    """Return the ids and fields of the `n` nearest rows, of a language if one is named."""
    found: Any = collection.query(
        query_embeddings=np.asarray(vector, dtype=np.float32)[None, :],
        n_results=n,
        where={"lang": lang} if lang else None,
        include=list(fields),
    )
    return {name: (found[name] or [[]])[0] for name in ("ids", *fields)}
