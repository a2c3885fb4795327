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
from handrail.store.knowledge.large import Large
from handrail.store.knowledge.learned import Learned, Row, embedded_text, learn, passage_of
from handrail.store.knowledge.protocol import Embed, Hit, IngestReport, KnowledgeDown
from handrail.store.knowledge.rows import ROW, all_rows, nearest_rows, rows_of

COLLECTION = "help-center"
ASKED = "help-center-asked"
LEARNED = 4000  # rows of a language, passages and questions, that are learned as a whole
AROUND = (32, 128)  # over languages: passages and questions around each question
LOOK_EVERY = 2.0  # seconds until an ingest by another process is seen
# With Chroma's own settings one question in four missed one of its 64 nearest of 368 passages,
# and not the same one after each ingest. With these, of 941 questions none missed one of its 32
# nearest of 507 passages, and one missed one of 5,643 other questions (docs/adr/0038).
INDEX = CreateCollectionConfiguration(
    hnsw=CreateHNSWConfiguration(
        space="cosine", ef_construction=400, ef_search=200, max_neighbors=32
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
        self._known: dict[str | None, Learned | Large | None] = {}
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
            kept = all_rows(self._collections()[0], "metadatas")["metadatas"]
            for lang in sorted({str(about["lang"]) for about in kept}):
                self._ranking(lang)

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
                kept = all_rows(self._collections()[0], "metadatas")
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
        """Rank by what was learned; over languages of little in all, by the rows around."""
        with self._guarded():
            known = self._ranking(lang) or learn(*self._around(vector))
            return known.hits(vector, text, n)

    def _at_hand(self, lang: str | None) -> Learned | None:
        """Return what was learned of a language; None where it is not, or it is time to look."""
        if lang is None or time.monotonic() - self._looked >= LOOK_EVERY:
            return None
        known = self._known.get(lang)
        return known if isinstance(known, Learned) else None

    def _ranking(self, lang: str | None) -> Learned | Large | None:
        """Return what ranks a language as it stands, or all; None where each question learns."""
        with self._lock:
            self._look_for_changes()
            if lang not in self._known:
                self._known[lang] = self._learn(lang)
            return self._known[lang]

    def _learn(self, lang: str | None) -> Learned | Large | None:
        both = self._collections()
        if lang is None:
            return Large.of(*both, lang) if both[0].count() > LEARNED else None
        found = [part.get(where={"lang": lang}, limit=LEARNED + 1, include=ROW) for part in both]
        if sum(len(part["ids"]) for part in found) > LEARNED:
            return Large.of(*both, lang)
        return learn(*map(rows_of, found))

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
            nearest_rows(place, vector, n)
            for place, n in zip((collection, asked), AROUND, strict=True)
        )
        missing = {str(row.about["passage"]) for row in also} - {row.id for row in near}
        if missing:
            near += rows_of(collection.get(ids=sorted(missing), include=ROW))
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
        kept = all_rows(old, "documents", "metadatas")
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


def _check_folder(folder: Path) -> None:
    """Look at the database before Chroma does, which would try to repair it."""
    database = folder / "chroma.sqlite3"
    if database.is_file():
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            connection.execute("select count(*) from sqlite_master").fetchone()
        connection.close()
