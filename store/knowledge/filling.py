"""Fill the help centre from files: what is new, has changed or is gone, and what stays out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from chromadb.api.models.Collection import Collection

from handrail.store.knowledge.documents import files_in, read_document
from handrail.store.knowledge.learned import embedded_text
from handrail.store.knowledge.protocol import Embed, IngestReport, Passage, UnreadableDocument

BATCH = 64
Progress = Callable[[int, int], None]
Suspect = Callable[[str], str | None]


@dataclass
class Read:
    """What the files hold: passages by id, each with the file that it is from."""

    passages: dict[str, tuple[Passage, str]] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)
    skipped: list[UnreadableDocument] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """What is to be written, and what is to be told of it."""

    fresh: list[tuple[Passage, str]]
    gone: list[str]
    report: IngestReport


def read_files(paths: Sequence[Path]) -> Read:
    """Read files and folders; a file that cannot be read is among the skipped ones."""
    read = Read()
    for path in files_in(list(paths)):
        try:
            passages = read_document(path)
        except UnreadableDocument as problem:
            read.skipped.append(problem)
            continue
        source = str(path.resolve())
        read.sources.add(source)
        read.passages |= {passage.id: (passage, source) for passage in passages}
    return read


def compare(read: Read, known: Mapping[str, Any], suspect: Suspect) -> Change:
    """Return what differs from the rows that are `known`, by id, each what `_about` gives.

    A new passage in which `suspect` finds a sentence stays out, and is gone if it was there.
    """
    found, skipped = dict(read.passages), list(read.skipped)
    fresh: list[tuple[Passage, str]] = []
    for passage, source in read.passages.values():
        if (known.get(passage.id) or {}).get("hash") == _hash(passage):
            continue
        if sentence := suspect(passage.text):
            skipped.append(_suspicious(Path(source), passage, sentence))
            del found[passage.id]
        else:
            fresh.append((passage, source))
    gone = [
        id_
        for id_, about in known.items()
        if about and about.get("source") in read.sources and id_ not in found
    ]
    changed = sum(1 for passage, _ in fresh if passage.id in known)
    report = IngestReport(
        added=len(fresh) - changed,
        changed=changed,
        removed=len(gone),
        unchanged=len(found) - len(fresh),
        skipped=skipped,
    )
    return Change(fresh, gone, report)


def write(
    collection: Collection,
    asked: Collection,
    change: Change,
    embed: Embed,
    progress: Progress | None,
) -> None:
    """Embed and write what is fresh, in batches, and take away what is gone."""
    for start in range(0, len(change.fresh), BATCH):
        part = change.fresh[start : start + BATCH]
        _put(collection, part, embed)
        _put_asked(asked, [passage for passage, _ in part], embed)
        if progress:
            progress(min(start + BATCH, len(change.fresh)), len(change.fresh))
    if change.gone:
        collection.delete(ids=change.gone)
        asked.delete(where={"passage": {"$in": change.gone}})  # type: ignore[dict-item]


def _put(collection: Collection, part: Sequence[tuple[Passage, str]], embed: Embed) -> None:
    passages = [passage for passage, _ in part]
    about: list[Any] = [_about(passage, source) for passage, source in part]
    collection.upsert(
        ids=[passage.id for passage in passages],
        embeddings=np.asarray(embed([embedded_text(p) for p in passages]), dtype=np.float32),
        documents=[passage.text for passage in passages],
        metadatas=about,
    )


def _put_asked(asked: Collection, passages: Sequence[Passage], embed: Embed) -> None:
    ids = [passage.id for passage in passages]
    asked.delete(where={"passage": {"$in": ids}})  # type: ignore[dict-item]
    questions = [(passage, text) for passage in passages for text in passage.asked]
    if questions:
        asked.upsert(
            ids=[f"{passage.id}#{n}" for n, (passage, _) in enumerate(questions)],
            embeddings=np.asarray(embed([q for _, q in questions]), dtype=np.float32),
            documents=[text for _, text in questions],
            metadatas=[{"passage": p.id, "lang": p.lang} for p, _ in questions],
        )


def _suspicious(path: Path, passage: Passage, sentence: str) -> UnreadableDocument:
    place = f"under {passage.heading!r}" if passage.heading else "at its beginning"
    reason = f'the passage {place} speaks to a machine, not to customers: "{sentence}"'
    return UnreadableDocument(path, reason, "take it out or word it otherwise, and ingest again")


def _hash(passage: Passage) -> str:
    shown = {**passage.to_json(), "asked": passage.asked}
    whole = json.dumps(shown, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _about(passage: Passage, source: str) -> dict[str, Any]:
    fields = passage.to_json()
    del fields["id"], fields["text"]
    return {**fields, "hash": _hash(passage), "source": source}
