"""Ingest and search help centres of 100 to 100,000 passages, in a folder and on a server.

The search is what an answer uses, with the question's vector ready. Up to 4,000 passages of a
language it ranks all of them in memory; of more, what Chroma finds around the question. So Chroma's
own nearest rows are timed as well.
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
from handrail.evals.bench.passages import questions, write_help_center
from handrail.evals.bench.vectors import Kept
from handrail.models.cores import one_thread_each
from handrail.models.encoder import UseEncoder
from handrail.store.knowledge.chroma import COLLECTION, ChromaKnowledge

SIZES = (100, 1_000, 10_000, 100_000)
QUICK = (100, 1_000, 5_000)
ASKED = 60
WARM = 5
AT_MOST = 3.0
CACHE = Path(".handrail") / "bench"


async def measure(bench: Bench) -> Found:
    """Return for each size the ingest's passages a second, and milliseconds a search."""
    encoder = UseEncoder()
    kept = Kept(encoder, CACHE / "vectors.npz")
    encoder.embed(["How can I return a tent?"])
    found: Found = {"sizes": {}}
    for size in QUICK if bench.quick else SIZES:
        store = CACHE / f"chroma-{size}"
        began = time.perf_counter()
        ingest = await asyncio.to_thread(_fill, bench.folder, store, size, kept)
        bench.out.print(f"  {size} passages filled in {time.perf_counter() - began:.0f} s")
        kept.keep()
        one_thread_each()
        row: Found = {"ingest": ingest}
        row["embedded"] = await _searches(f"folder {size}", store, encoder)
        with chroma_server(store) as address:
            row["server"] = await _searches(f"server {size}", address, encoder)
        found["sizes"][str(size)] = row
        bench.out.print(f"  {size}: {row}", highlight=False)
    return found


def _fill(folder: Path, store: Path, size: int, kept: Kept) -> Found:
    """Ingest articles, where they are not from an earlier run; their vectors may be."""
    files = folder / f"articles-{size}"
    write_help_center(files, size)
    done = store / "filled"
    if done.is_file():
        return {"seconds": float(done.read_text(encoding="utf-8")), "earlier_run": True}
    shutil.rmtree(store, ignore_errors=True)
    knowledge = ChromaKnowledge.open(store, kept.embed, "bench")
    began = time.perf_counter()
    report = knowledge.ingest([files])
    took = round(time.perf_counter() - began, 1)
    if report.added < size or report.skipped:
        raise RuntimeError(f"{report.added} of {size} passages came in")
    done.write_text(str(took), encoding="utf-8")
    return {"seconds": took, "earlier_run": False}


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
    """Hold the largest help centre's search to three times that of 1,000 passages."""
    sizes = found["sizes"]
    largest = max(sizes, key=int)
    return [
        Budget(
            f"{about}, {largest} passages to 1000, embedded",
            round(
                sizes[largest]["embedded"][f"{name}_p50_ms"]
                / sizes["1000"]["embedded"][f"{name}_p50_ms"],
                2,
            ),
            AT_MOST,
        )
        for name, about in (
            ("search", "search, vector ready"),
            ("with_embedding", "search with embedding"),
            ("chroma_alone", "Chroma's own query"),
        )
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
