"""Search help centres of 100 to 100,000 passages, in a folder and on a server; ingest 10,000.

The budget holds what a customer waits for: the question is embedded, and searched. The search with
the vector ready is printed as well. Up to 4,000 rows of a language it ranks all of them in memory,
which takes a millisecond; of more, what Chroma finds around the question. So Chroma's own nearest
rows are timed too. Larger help centres are made (`vectors.py`), not encoded.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from handrail.evals.bench.chroma_server import chroma_server
from handrail.evals.bench.part import Bench, Budget, Curve, Found
from handrail.evals.bench.passages import passages, questions, write_help_center
from handrail.evals.bench.vectors import vectors_of
from handrail.models.cores import one_thread_each
from handrail.models.encoder import UseEncoder
from handrail.store.knowledge.chroma import COLLECTION, ChromaKnowledge

SIZES = (100, 1_000, 10_000, 100_000)
QUICK = (100, 1_000, 5_000)
BATCH = 5_000
INGESTED = 10_000
ASKED = 60
WARM = 5
AT_MOST = 3.0
CACHE = Path(".handrail") / "bench"


async def measure(bench: Bench) -> Found:
    """Return passages a second of an ingest, and for each size milliseconds a search."""
    encoder = UseEncoder()
    encoder.embed(["How can I return a tent?"])
    found: Found = {"sizes": {}}
    found["ingest"] = await asyncio.to_thread(_ingest, bench.folder, bench.of(INGESTED, 500))
    bench.out.print(f"  ingest: {found['ingest']}", highlight=False)
    for size in QUICK if bench.quick else SIZES:
        store = CACHE / f"chroma-{size}"
        began = time.perf_counter()
        await asyncio.to_thread(_fill, store, size, encoder)
        bench.out.print(f"  {size} passages filled in {time.perf_counter() - began:.0f} s")
        one_thread_each()
        row: Found = {}
        row["embedded"] = await _searches(f"folder {size}", store, encoder)
        with chroma_server(store) as address:
            row["server"] = await _searches(f"server {size}", address, encoder)
        found["sizes"][str(size)] = row
        bench.out.print(f"  {size}: {row}", highlight=False)
    return found


def _ingest(folder: Path, size: int) -> Found:
    """Take in articles as `handrail ingest` does, each passage really encoded."""
    files = folder / "articles"
    write_help_center(files, size)
    encoder = UseEncoder()
    knowledge = ChromaKnowledge.open(folder / "ingested", encoder.embed, "bench")
    began = time.perf_counter()
    report = knowledge.ingest([files])
    took = time.perf_counter() - began
    if report.added != size or report.skipped:
        raise RuntimeError(f"{report.added} of {size} passages came in")
    return {"passages": size, "seconds": round(took, 1), "a_second": round(size / took)}


def _fill(store: Path, size: int, encoder: UseEncoder) -> None:
    """Write passages with their made vectors into Chroma; kept for later runs."""
    done = store / "filled"
    if done.is_file():
        return
    shutil.rmtree(store, ignore_errors=True)
    made = passages(size)
    vectors = vectors_of(made, encoder)
    client = ChromaKnowledge.open(store, encoder.embed, "bench").client()
    collection = client.get_collection(COLLECTION, embedding_function=None)
    for start in range(0, size, BATCH):
        part = made[start : start + BATCH]
        collection.add(
            ids=[f"{one.about}#{one.heading}" for one in part],
            embeddings=vectors[start : start + BATCH],
            documents=[one.text for one in part],
            metadatas=[
                {"article": one.about, "title": one.about, "heading": one.heading, "lang": "en"}
                for one in part
            ],
        )
    done.touch()


async def _searches(name: str, place: Path | str, encoder: UseEncoder) -> Found:
    knowledge = ChromaKnowledge.open(place, encoder.embed, "bench")
    asked = questions(WARM + ASKED)
    vectors = encoder.embed(asked)
    began = time.perf_counter()
    await asyncio.to_thread(knowledge.learn_ahead)
    learned = time.perf_counter() - began
    ready: list[float] = []
    for text, vector in zip(asked, vectors, strict=True):
        began = time.perf_counter()
        if not await knowledge.search(vector, text, n=16, lang="en"):
            raise RuntimeError(f"nothing was found in {name}")
        ready.append((time.perf_counter() - began) * 1000)
    embedding = [_embedding(f"{text} {name}", encoder) for text in asked]
    nearest = await asyncio.to_thread(_nearest, knowledge, vectors)
    return {
        "learning_s": round(learned, 2),
        **_figures("search", ready),
        **_figures("with_embedding", [a + b for a, b in zip(ready, embedding, strict=True)]),
        **_figures("chroma_alone", nearest),
    }


def _embedding(text: str, encoder: UseEncoder) -> float:
    began = time.perf_counter()
    encoder.embed([text])
    return (time.perf_counter() - began) * 1000


def _nearest(knowledge: ChromaKnowledge, vectors: np.ndarray) -> list[float]:
    """Time Chroma's own query for 16 rows, with nothing of ours around it."""
    client: Any = knowledge.client()
    collection = client.get_collection(COLLECTION, embedding_function=None)
    taken: list[float] = []
    for vector in vectors:
        began = time.perf_counter()
        collection.query(query_embeddings=vector[None, :], n_results=16)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _figures(name: str, taken: list[float]) -> Found:
    counted = taken[WARM:]
    return {
        f"{name}_p50_ms": round(statistics.median(counted), 2),
        f"{name}_p95_ms": round(float(np.percentile(counted, 95)), 2),
    }


def budgets(found: Found) -> list[Budget]:
    """Hold the largest help centre's search to three times that of 1,000, embedding and all."""
    sizes = found["sizes"]
    largest = max(sizes, key=int)
    name = "with_embedding_p50_ms"
    return [
        Budget(
            f"search with embedding, {largest} passages to 1000, {where}",
            round(sizes[largest][where][name] / sizes["1000"][where][name], 2),
            AT_MOST,
        )
        for where in ("embedded", "server")
    ]


def curves(found: Found) -> list[Curve]:
    """Draw the milliseconds of a search by the number of passages."""
    lines = {
        f"{about}, {where}": [
            (float(size), row[where][f"{name}_p50_ms"]) for size, row in found["sizes"].items()
        ]
        for where in ("embedded", "server")
        for name, about in (("search", "search"), ("chroma_alone", "Chroma alone"))
    }
    return [Curve("A search by the size of the help centre", "passages", "ms, p50", lines, True)]  # noqa: FBT003
