"""The help centre in Chroma: a folder by default, a server where there are several workers."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.collection_configuration import (
    CreateCollectionConfiguration,
    CreateHNSWConfiguration,
)
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from chromadb.errors import ChromaError
from numpy.typing import NDArray

from handrail.store.knowledge.filling import BATCH, Progress, compare, read_files, write
from handrail.store.knowledge.learned import Learned, Row, embedded_text, learn, passage_of
from handrail.store.knowledge.near import Around
from handrail.store.knowledge.protocol import Embed, Hit, IngestReport, KnowledgeDown, Passage

COLLECTION = "help-center"
ASKED = "help-center-asked"
LEARNED = 4000  # rows of a language, passages and questions, that are learned as a whole
AROUND = (32, 128)  # over languages: passages and questions around each question
FIRST = 32  # of a larger help centre: passages that are ranked for a question, twice `n` for more
WIDER = 3  # times as many rows are looked at, before Chroma is asked for those of a language
PAGE = 5000  # rows that are read at once
LOOK_EVERY = 2.0  # seconds until an ingest by another process is seen
ROW: list[Any] = ["embeddings", "documents", "metadatas"]
FIELDS = ("ids", *ROW)
# With Chroma's own settings one question in four missed one of its 64 nearest of 368 passages,
# and not the same one after each ingest; with these, none of 193 questions did.
INDEX = CreateCollectionConfiguration(
    hnsw=CreateHNSWConfiguration(
        space="cosine", ef_construction=400, ef_search=400, max_neighbors=32
    )
)
# What Chroma raises depends on the layer that fails: its own, SQLite's, the file system's, Rust's.
FAILURES = (ChromaError, sqlite3.Error, OSError, ValueError, RuntimeError, KeyError)


class ChromaKnowledge:
    """Keep passages with vectors of one encoder; another encoder re-indexes, never mixes."""

    def __init__(
        self, connect: Callable[[], ClientAPI], place: str, embed: Embed, name: str
    ) -> None:
        self._connect = connect
        self._place = place
        self._embed = embed
        self._fingerprint = name
        self._lock = threading.RLock()
        self._opened: tuple[Collection, Collection] | None = None
        self._known: dict[str, Learned | None] = {}
        self._client: ClientAPI | None = None
        self._looked = 0.0

    @classmethod
    def open(cls, place: Path | str, embed: Embed, fingerprint: str) -> ChromaKnowledge:
        """Name the store: a folder, or the http address of a Chroma server. Connects later."""
        settings = Settings(anonymized_telemetry=False)
        if isinstance(place, str) and place.startswith(("http://", "https://")):
            secure, _, rest = place.partition("://")
            host, _, port = rest.rstrip("/").partition(":")
            number = int(port or (443 if secure == "https" else 8000))
            ssl = secure == "https"

            def over_http() -> ClientAPI:
                return chromadb.HttpClient(host=host, port=number, ssl=ssl, settings=settings)

            return cls(over_http, place, embed, fingerprint)
        folder = Path(place)

        def in_folder() -> ClientAPI:
            _check_folder(folder)
            return chromadb.PersistentClient(path=str(folder), settings=settings)

        return cls(in_folder, str(folder), embed, fingerprint)

    async def search(
        self, vector: NDArray[np.float32], text: str, *, n: int = 5, lang: str | None = None
    ) -> list[Hit]:
        """Return the best `n` passages for a text and its unit vector (512), best first."""
        learned = self._at_hand(lang)
        if learned is not None:  # a millisecond of arithmetic: no thread
            return learned.hits(vector, text, n)
        return await asyncio.to_thread(self._search, vector, text, n, lang)

    async def count(self) -> int:
        """Return how many passages there are."""
        return await asyncio.to_thread(self._count)

    def client(self) -> ClientAPI:
        """Return Chroma's own client, to measure it by itself; blocking."""
        self._collections()
        if self._client is None:
            raise KnowledgeDown(f"The help centre in {self._place} is not open")
        return self._client

    def is_ingested(self) -> bool:
        """Tell whether there is any passage; blocking."""
        return self._count() > 0

    def learn_ahead(self) -> None:
        """Learn every language now, so that no customer waits for it; blocking, a second or two."""
        with self._guarded():
            kept = _all(self._collections()[0], "metadatas")["metadatas"]
            for lang in sorted({str(about["lang"]) for about in kept}):
                self._learned(lang)

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        progress: Progress | None = None,
        suspect: Callable[[str], str | None] = lambda _: None,
    ) -> IngestReport:
        """Take in files and folders; blocking. Only what changed is embedded.

        Passages that are gone from a named file are removed; other files' stay. A file that
        cannot be read is left out, reported, and keeps the passages that it had. A passage in which
        `suspect` finds a sentence is left out and reported, and is removed if it was there.
        """
        read = read_files(paths)
        with self._lock:
            with self._guarded():
                kept = _all(self._collections()[0], "metadatas")
            known = dict(zip(kept["ids"], kept["metadatas"], strict=True))
            change = compare(read, known, suspect)
            with self._guarded():
                write(*self._collections(), change, self._embed, progress)
                if change.fresh or change.gone:
                    self._mark()
        return change.report

    def _mark(self) -> None:
        """Tell every process that what it learned is out of date."""
        about = {"fingerprint": self._fingerprint, "revision": uuid.uuid4().hex}
        self._collections()[0].modify(metadata=about)
        self._opened = None
        self._known.clear()

    def _search(
        self, vector: NDArray[np.float32], text: str, n: int, lang: str | None
    ) -> list[Hit]:
        """Rank by what was learned of a language; over languages, by the rows around."""
        with self._guarded():
            learned = self._learned(lang) if lang else None
            if learned is None and (lang or self._count() > LEARNED):
                return self._near(vector, text, n, lang)
            if learned is None:
                learned = learn(*self._around(vector))
        return learned.hits(vector, text, n)

    def _near(self, vector: NDArray[np.float32], text: str, n: int, lang: str | None) -> list[Hit]:
        """Rank what Chroma finds around a question, and learn nothing.

        Chroma looks through all rows for those of a language, which takes most of the time. Where
        enough of the nearest ones are of it, they are the same rows.
        """
        collection, asked = self._collections()
        most = max(FIRST, 2 * n)
        wide = WIDER * most if lang else most
        around = Around(
            own=dict(_cosines(collection, vector, wide)),
            asked=_by_passage(_cosines(asked, vector, wide)),
        )
        ids, passages = around.ids(), list[Passage]()
        for start in range(0, len(ids), most):  # mostly once
            part = _passages(collection, ids[start : start + most])
            passages += [passage for passage in part if lang in {None, passage.lang}]
            if len(passages) >= n:
                return around.rank(text, passages)[:n]
        if lang and len(ids) >= wide:
            around = Around(
                own=dict(_cosines(collection, vector, most, lang)),
                asked=_by_passage(_cosines(asked, vector, most, lang)),
            )
            passages = _passages(collection, around.ids()[:most])
        return around.rank(text, passages)[:n]

    def _at_hand(self, lang: str | None) -> Learned | None:
        """Return what was learned of a language; None where it is not, or it is time to look."""
        if lang is None or time.monotonic() - self._looked >= LOOK_EVERY:
            return None
        return self._known.get(lang)

    def _learned(self, lang: str) -> Learned | None:
        """Return what was learned of a language as it stands; None where it is too large."""
        with self._lock:
            self._look_for_changes()
            if lang not in self._known:
                found = [
                    collection.get(where={"lang": lang}, limit=LEARNED + 1, include=ROW)
                    for collection in self._collections()
                ]
                small = sum(len(part["ids"]) for part in found) <= LEARNED
                self._known[lang] = learn(*map(_rows, found)) if small else None
            return self._known[lang]

    def _look_for_changes(self) -> None:
        """Forget what was learned where anyone has written since; looks every 2 seconds."""
        now = time.monotonic()
        if self._client is None or self._opened is None or now - self._looked < LOOK_EVERY:
            return
        try:
            about = self._client.get_collection(COLLECTION, embedding_function=None).metadata
        except FAILURES:
            # What was learned still stands; where nothing was, opening tells what is wrong.
            if not self._known:
                self._opened = None
            return
        self._looked = now
        if about != self._opened[0].metadata:
            self._opened = None
            self._known.clear()

    def _around(self, vector: NDArray[np.float32]) -> tuple[list[Row], list[Row]]:
        """Return the rows nearest to a question, with the passages that they belong to."""
        collection, asked = self._collections()
        near, also = (
            _query(place, vector, n) for place, n in zip((collection, asked), AROUND, strict=True)
        )
        missing = {str(row.about["passage"]) for row in also} - {row.id for row in near}
        if missing:
            near += _rows(collection.get(ids=sorted(missing), include=ROW))
        return near, also

    def _count(self) -> int:
        with self._guarded():
            return int(self._collections()[0].count())

    def _collections(self) -> tuple[Collection, Collection]:
        """Return the passages, and the questions that also ask for them."""
        with self._lock:
            if self._opened is None:
                client = self._client = self._connect()
                about = {"fingerprint": self._fingerprint}
                opened = [
                    client.get_or_create_collection(
                        name, metadata=about, configuration=INDEX, embedding_function=None
                    )
                    for name in (COLLECTION, ASKED)
                ]
                if any((c.metadata or {}).get("fingerprint") != self._fingerprint for c in opened):
                    opened = [self._reindex(client, old, about) for old in opened]
                self._opened = opened[0], opened[1]
                self._looked = time.monotonic()
            return self._opened

    def _reindex(self, client: ClientAPI, old: Collection, about: dict[str, Any]) -> Collection:
        """Embed everything anew for a changed encoder."""
        kept = _all(old, "documents", "metadatas")
        name = old.name
        client.delete_collection(name)
        new = client.create_collection(
            name, metadata=about, configuration=INDEX, embedding_function=None
        )
        rows = list(zip(kept["ids"], kept["documents"], kept["metadatas"], strict=True))
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            texts = [
                text if name == ASKED else embedded_text(passage_of(id_, text, m))
                for id_, text, m in part
            ]
            new.upsert(
                ids=[id_ for id_, _, _ in part],
                embeddings=np.asarray(self._embed(texts), dtype=np.float32),
                documents=[text for _, text, _ in part],
                metadatas=[dict(m) for _, _, m in part],
            )
        return new

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn what Chroma raises into one sentence that says what to mend."""
        mend = (
            f"check that {self._place} is Chroma's and can be read and written; "
            "to start again, move it away and ingest the help centre"
        )
        try:
            yield
        except FAILURES as problem:
            raise KnowledgeDown(
                f"The help centre in {self._place} is down ({problem}); {mend}"
            ) from (problem)
        except BaseException as problem:
            # A panic in Chroma's Rust derives from BaseException, so it has no class to name.
            if type(problem).__name__ != "PanicException":
                raise
            raise KnowledgeDown(f"The help centre in {self._place} is damaged; {mend}") from problem


def _query(collection: Collection, vector: NDArray[np.float32], n: int) -> list[Row]:
    found = collection.query(
        query_embeddings=np.asarray(vector, dtype=np.float32)[None, :], n_results=n, include=ROW
    )
    parts: Any = found
    return _rows({name: (parts[name] or [[]])[0] for name in FIELDS})


def _all(collection: Collection, *fields: str) -> dict[str, list[Any]]:
    """Return every row, page by page: Chroma cannot give 100,000 at once."""
    found: dict[str, list[Any]] = {name: [] for name in ("ids", *fields)}
    for start in range(0, collection.count(), PAGE):
        part: Any = collection.get(limit=PAGE, offset=start, include=list(fields))  # type: ignore[arg-type]
        for name, rows in found.items():
            rows.extend(part[name])
    return found


def _cosines(
    collection: Collection, vector: NDArray[np.float32], n: int, lang: str | None = None
) -> list[tuple[str, float]]:
    """Return the ids of the nearest rows and their cosines: of all that Chroma gives, the cheap."""
    found: Any = collection.query(
        query_embeddings=np.asarray(vector, dtype=np.float32)[None, :],
        n_results=n,
        where={"lang": lang} if lang else None,
        include=["distances"],
    )
    return [
        (id_, 1.0 - far) for id_, far in zip(found["ids"][0], found["distances"][0], strict=True)
    ]


def _by_passage(asked: Sequence[tuple[str, float]]) -> dict[str, list[float]]:
    """Return the cosines of questions by the passage that they are asked for."""
    found: dict[str, list[float]] = {}
    for id_, cosine in asked:
        found.setdefault(id_.rpartition("#")[0], []).append(cosine)
    return found


def _passages(collection: Collection, ids: list[str]) -> list[Passage]:
    kept: Any = collection.get(ids=ids, include=["documents", "metadatas"])
    return [
        passage_of(id_, text, about)
        for id_, text, about in zip(kept["ids"], kept["documents"], kept["metadatas"], strict=True)
    ]


def _rows(found: Any) -> list[Row]:
    """Return what Chroma found row by row."""
    return [
        Row(id_, np.asarray(vector, dtype=np.float32), text, about)
        for id_, vector, text, about in zip(*(found[name] for name in FIELDS), strict=True)
    ]


def _check_folder(folder: Path) -> None:
    """Look at the database before Chroma does, which would try to repair it."""
    database = folder / "chroma.sqlite3"
    if database.is_file():
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            connection.execute("select count(*) from sqlite_master").fetchone()
        connection.close()
