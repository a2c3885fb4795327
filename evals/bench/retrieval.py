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
from collections.abc import Mapping
from contextlib import ExitStack
from operator import add
from pathlib import Path
from typing import Any

import numpy as np

from handrail.evals.bench.chroma_server import chroma_server
from handrail.evals.bench.part import Bench, Budget, Curve, Found
from handrail.evals.bench.passages import passages, questions, write_help_center
from handrail.evals.bench.vectors import vectors_of
from handrail.models.cores import one_thread_each
from handrail.models.encoder import UseEncoder
from handrail.store.knowledge.chroma import COLLECTION, INDEX, ChromaKnowledge

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
    stores = {size: CACHE / f"chroma-{size}" for size in (QUICK if bench.quick else SIZES)}
    for size, store in stores.items():
        began = time.perf_counter()
        await asyncio.to_thread(_fill, store, size, encoder)
        bench.out.print(f"  {size} passages filled in {time.perf_counter() - began:.0f} s")
    one_thread_each()
    rows: dict[str, dict[int, Found]] = {"embedded": await _searches(stores, encoder)}
    with ExitStack() as servers:
        addresses = {size: servers.enter_context(chroma_server(s)) for size, s in stores.items()}
        rows["server"] = await _searches(addresses, encoder)
    for size in stores:
        found["sizes"][str(size)] = row = {where: figures[size] for where, figures in rows.items()}
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
    """Write passages with their made vectors into Chroma; kept for later runs of the same index."""
    done, index = store / "filled", repr(INDEX)
    if done.is_file() and done.read_text() == index:
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
    done.write_text(index)


async def _searches(places: Mapping[int, Path | str], encoder: UseEncoder) -> dict[int, Found]:
    """Return the figures of each size; they take turns, so that a busy moment meets all."""
    opened = {
        size: ChromaKnowledge.open(place, encoder.embed, "bench") for size, place in places.items()
    }
    asked = questions(WARM + ASKED)
    vectors = encoder.embed(asked)
    learned = {size: await asyncio.to_thread(_learning, one) for size, one in opened.items()}
    ready: dict[int, list[float]] = {size: [] for size in opened}
    embedding: dict[int, list[float]] = {size: [] for size in opened}
    for text, vector in zip(asked, vectors, strict=True):
        for size, knowledge in opened.items():
            embedding[size].append(_embedding(f"{text} {places[size]}", encoder))
            began = time.perf_counter()
            if not await knowledge.search(vector, text, n=16, lang="en"):
                raise RuntimeError(f"nothing was found in {places[size]}")
            ready[size].append((time.perf_counter() - began) * 1000)
    return {
        size: {
            "learning_s": learned[size],
            **_figures("search", ready[size]),
            **_figures("with_embedding", list(map(add, ready[size], embedding[size]))),
            **_figures("chroma_alone", await asyncio.to_thread(_nearest, knowledge, vectors)),
        }
        for size, knowledge in opened.items()
    }


def _learning(knowledge: ChromaKnowledge) -> float:
    began = time.perf_counter()
    knowledge.learn_ahead()
    return round(time.perf_counter() - began, 2)


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
