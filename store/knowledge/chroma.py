"""The help centre in Chroma: a folder by default, a server where there are several workers."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import threading
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

from handrail.store.knowledge.documents import files_in, read_document
from handrail.store.knowledge.protocol import (
    Embed,
    Hit,
    IngestReport,
    KnowledgeDown,
    Passage,
    UnreadableDocument,
)  # fmt: skip

COLLECTION = "help-center"
BATCH = 64
# With Chroma's own settings one question in four missed one of its 64 nearest of 368 passages,
# and not the same one after each ingest; with these, none of 193 questions did.
INDEX = CreateCollectionConfiguration(
    hnsw=CreateHNSWConfiguration(
        space="cosine", ef_construction=400, ef_search=400, max_neighbors=32
    )
)
# What Chroma raises depends on the layer that fails: its own, SQLite's, the file system's, Rust's.
FAILURES = (ChromaError, sqlite3.Error, OSError, ValueError, RuntimeError, KeyError)
Progress = Callable[[int, int], None]


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
        self._opened: Collection | None = None

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
        self, vector: NDArray[np.float32], *, n: int = 5, lang: str | None = None
    ) -> list[Hit]:
        """Return the `n` passages nearest to a unit vector (512), best first."""
        return await asyncio.to_thread(self._search, vector, n, lang)

    async def count(self) -> int:
        """Return how many passages there are."""
        return await asyncio.to_thread(self._count)

    def is_ingested(self) -> bool:
        """Tell whether there is any passage; blocking."""
        return self._count() > 0

    def ingest(self, paths: Sequence[Path], *, progress: Progress | None = None) -> IngestReport:
        """Take in files and folders; blocking. Only what changed is embedded.

        Passages that are gone from a named file are removed; other files' stay. A file that
        cannot be read is left out, reported, and keeps the passages that it had.
        """
        skipped: list[UnreadableDocument] = []
        found: dict[str, tuple[Passage, str]] = {}
        sources: list[str] = []
        for path in files_in(list(paths)):
            try:
                passages = read_document(path)
            except UnreadableDocument as problem:
                skipped.append(problem)
                continue
            source = str(path.resolve())
            sources.append(source)
            found |= {passage.id: (passage, source) for passage in passages}
        with self._lock, self._guarded():
            return self._write(found, sources, skipped, progress)

    def _write(
        self,
        found: dict[str, tuple[Passage, str]],
        sources: list[str],
        skipped: list[UnreadableDocument],
        progress: Progress | None,
    ) -> IngestReport:
        collection = self._collection()
        kept = collection.get(include=["metadatas"])
        known = dict(zip(kept["ids"], kept["metadatas"] or [], strict=True))
        fresh = [
            (passage, source)
            for passage, source in found.values()
            if (known.get(passage.id) or {}).get("hash") != _hash(passage)
        ]
        gone = [
            id_
            for id_, about in known.items()
            if about and about.get("source") in set(sources) and id_ not in found
        ]
        for start in range(0, len(fresh), BATCH):
            part = fresh[start : start + BATCH]
            self._put(collection, [p for p, _ in part], [_about(p, s) for p, s in part])
            if progress:
                progress(min(start + BATCH, len(fresh)), len(fresh))
        if gone:
            collection.delete(ids=gone)
        changed = sum(1 for passage, _ in fresh if passage.id in known)
        return IngestReport(
            added=len(fresh) - changed,
            changed=changed,
            removed=len(gone),
            unchanged=len(found) - len(fresh),
            skipped=skipped,
        )

    def _put(
        self, collection: Collection, passages: list[Passage], about: list[dict[str, Any]]
    ) -> None:
        vectors = self._embed([embedded_text(passage) for passage in passages])
        collection.upsert(
            ids=[passage.id for passage in passages],
            embeddings=np.asarray(vectors, dtype=np.float32),
            documents=[passage.text for passage in passages],
            metadatas=about,  # type: ignore[arg-type]
        )

    def _search(self, vector: NDArray[np.float32], n: int, lang: str | None) -> list[Hit]:
        with self._guarded():
            found = self._collection().query(
                query_embeddings=np.asarray(vector, dtype=np.float32)[None, :],
                n_results=n,
                where={"lang": lang} if lang else None,
                include=["documents", "metadatas", "distances"],
            )
        texts, abouts, distances = found["documents"], found["metadatas"], found["distances"]
        if not texts or not abouts or not distances:
            return []
        rows = zip(found["ids"][0], texts[0], abouts[0], distances[0], strict=True)
        return [Hit(_passage(id_, text, about), 1.0 - far) for id_, text, about, far in rows]

    def _count(self) -> int:
        with self._guarded():
            return int(self._collection().count())

    def _collection(self) -> Collection:
        with self._lock:
            if self._opened is None:
                client = self._connect()
                about = {"fingerprint": self._fingerprint}
                opened = client.get_or_create_collection(
                    COLLECTION, metadata=about, configuration=INDEX, embedding_function=None
                )
                if (opened.metadata or {}).get("fingerprint") != self._fingerprint:
                    opened = self._reindex(client, opened, about)
                self._opened = opened
            return self._opened

    def _reindex(self, client: ClientAPI, old: Collection, about: dict[str, Any]) -> Collection:
        """Embed every passage anew for a changed encoder."""
        kept = old.get(include=["documents", "metadatas"])
        client.delete_collection(COLLECTION)
        new = client.create_collection(
            COLLECTION, metadata=about, configuration=INDEX, embedding_function=None
        )
        rows = list(zip(kept["ids"], kept["documents"] or [], kept["metadatas"] or [], strict=True))
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            self._put(new, [_passage(*row) for row in part], [dict(row[2]) for row in part])
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


def embedded_text(passage: Passage) -> str:
    """Return what is embedded for a passage: where it stands, and what it says."""
    return f"{passage.title}. {passage.heading} {passage.text}"


def _check_folder(folder: Path) -> None:
    """Look at the database before Chroma does, which would try to repair it."""
    database = folder / "chroma.sqlite3"
    if database.is_file():
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            connection.execute("select count(*) from sqlite_master").fetchone()
        connection.close()


def _hash(passage: Passage) -> str:
    whole = json.dumps(passage.to_json(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _about(passage: Passage, source: str) -> dict[str, Any]:
    fields = passage.to_json()
    del fields["id"], fields["text"]
    return {**fields, "hash": _hash(passage), "source": source}


def _passage(id_: str, text: str, about: Any) -> Passage:
    names = ("article", "title", "heading", "url", "lang", "topic")
    return Passage(id=id_, text=text, **{name: str(about.get(name, "")) for name in names})
