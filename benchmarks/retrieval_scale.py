"""Search at 10,000, 100,000 and, when asked, 1,000,000 chunks, over HTTP, beside a naive baseline in the same run.

    python -m benchmarks.retrieval_scale [--sizes 10000 100000] [--questions 300] [--json FILE]

Rows go into the database as ingestion writes them; the server makes its index and the snapshot of it from them, as it
always does. Every question is asked once. CPU time is the server process's own; the baseline, which compares every
vector by numpy and counts BM25 over every text in Python, runs on the same questions in this process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks import synthetic_knowledge
from benchmarks.clients import Job, Seen
from benchmarks.installation import ROOT, Product, product
from benchmarks.knowledge_rows import write_document
from benchmarks.open_sets import default_embedder
from chatbot.foundation.database import Database
from chatbot.models import KnowledgeBase
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index import KnowledgeIndex
from knowledge.index.fusion import fitted_fusion
from knowledge.index.lexical import LexicalIndex
from knowledge.retrieval import IndexedChunk, Vectors
from knowledge.text.words import words_of
from knowledge.vector_stores import create_vector_store

WARM_UP, BASELINE_QUESTIONS, DEPTH = 30, 10, 10
FUSED_UP_TO = 100_000  # chunks: the exact index of more would take the memory of the whole run
SAVED_WITHIN_S = 1800.0


@dataclass(frozen=True, slots=True)
class Row:
    chunks: int
    cpu_ms: float  # of the server, one search
    p50_ms: float
    p95_ms: float
    errors: int
    dense_recall: float  # of the ten nearest
    fused_recall: float | None  # of the ten best, beside the same search with exact vectors
    index_bytes: float  # a chunk, vectors, words and tables
    rss_mib: float
    load_s: float  # from the rows to the first answer
    baseline_cpu_ms: float


def main(arguments: Sequence[str] | None = None) -> int:
    """1 when a request failed."""
    options = _parser().parse_args(arguments)
    embedder, rows = default_embedder(), []
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="chatbot-scale-") as folder, product(Path(folder)) as running:
            rows.append(measure(running, Path(folder), size, options.questions, embedder))
        print(table(rows), flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    return 1 if any(row.errors for row in rows) else 0


def measure(running: Product, data: Path, size: int, asked: int, embedder: RoutedEmbedder) -> Row:
    answer = running.http.post("/v1/knowledge-bases", json={"name": f"Scale {size}"}).raise_for_status()
    knowledge_base_id = str(answer.json()["id"])
    tenant_id, ids, matrix, texts = asyncio.run(_fill(data, knowledge_base_id, size, embedder))
    questions = synthetic_knowledge.questions(size, asked + WARM_UP)
    path = f"/v1/knowledge-bases/{knowledge_base_id}/search"
    started = time.perf_counter()
    running.http.post(path, json={"question": questions[0]}, timeout=SAVED_WITHIN_S).raise_for_status()
    load_s = time.perf_counter() - started
    snapshot = _snapshot(data, tenant_id, knowledge_base_id)
    _send(running, path, questions[:WARM_UP])
    before = running.server.cpu_seconds()
    seen = _send(running, path, questions[WARM_UP:])
    cpu = running.server.cpu_seconds() - before
    times = sorted(seen.milliseconds)
    words = LexicalIndex(snapshot / "words")
    index = KnowledgeIndex("scale", embedder, create_vector_store("faiss"), fitted_fusion(), lexical=words)
    index.load(snapshot)
    return Row(
        chunks=size,
        cpu_ms=1000 * cpu / max(1, len(times)),
        p50_ms=times[len(times) // 2],
        p95_ms=times[int(0.95 * len(times))],
        errors=sum(seen.errors.values()),
        dense_recall=_dense_recall(snapshot, ids, matrix, questions[WARM_UP:], embedder),
        fused_recall=_fused_recall(index, ids, matrix, texts, questions[WARM_UP:], embedder),
        index_bytes=index.nbytes / size,
        rss_mib=running.server.resident_mib(),
        load_s=load_s,
        baseline_cpu_ms=_baseline(matrix, texts, questions[WARM_UP : WARM_UP + BASELINE_QUESTIONS], embedder),
    )


async def _fill(
    data: Path, knowledge_base_id: str, size: int, embedder: RoutedEmbedder
) -> tuple[str, list[str], Vectors, list[tuple[str, str]]]:
    """As ingestion writes them; the tenant, and the chunks' ids, vectors, headings and texts."""
    database = Database(f"sqlite+aiosqlite:///{data / 'chatbot.db'}")
    space = embedder.space("en")
    vectors: list[Vectors] = []
    texts: list[tuple[str, str]] = []
    ids: list[str] = []
    async with database.read("*") as session:
        base = await session.get_one(KnowledgeBase, knowledge_base_id)
    for piece in synthetic_knowledge.pieces(size, embedder):
        ids += await write_document(database, base.tenant_id, knowledge_base_id, piece)
        vectors.append(piece.vectors[space])
        texts += zip(piece.headings, piece.texts, strict=True)
    await database.close()
    return base.tenant_id, ids, np.concatenate(vectors), texts


def _snapshot(data: Path, tenant_id: str, knowledge_base_id: str) -> Path:
    """The one that the server writes in the background, whole."""
    folder = data / "indexes" / tenant_id / knowledge_base_id / "passage"
    deadline = time.monotonic() + SAVED_WITHIN_S
    while time.monotonic() < deadline:
        found = [path for path in folder.glob("*-*") if (path / "manifest.json").exists()]
        if found:
            time.sleep(2)  # until the server has taken it in
            return found[-1]
        time.sleep(0.2)
    raise RuntimeError("the server wrote no snapshot")


def _send(running: Product, path: str, questions: Sequence[str]) -> Seen:
    """One at a time, from a process of its own."""
    headers = {"X-API-Key": running.api_key, "Content-Type": "application/json"}
    bodies = [json.dumps({"question": one, "language": "en"}) for one in questions]
    job = Job("127.0.0.1", running.server.port, "POST", path, headers, bodies, 1, 600)
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.clients"], cwd=ROOT, input=json.dumps(asdict(job)), stdout=subprocess.PIPE,
        text=True, check=True,
    )  # fmt: skip
    return Seen(**json.loads(result.stdout))


def _dense_recall(
    snapshot: Path, ids: Sequence[str], matrix: Vectors, questions: Sequence[str], embedder: RoutedEmbedder
) -> float:
    spaces = json.loads((snapshot / "spaces.json").read_text(encoding="utf-8"))["spaces"]
    store = create_vector_store("faiss")
    store.load("scale", snapshot / f"vectors-{spaces.index(embedder.space('en'))}")
    shares = []
    for question in questions:
        vector = embedder.encode_queries([question], language="en")[0]
        scores = matrix @ vector
        truth = {ids[place] for place in np.argpartition(-scores, DEPTH)[:DEPTH]}
        shares.append(len(truth.intersection(one for one, _ in store.search("scale", vector, limit=DEPTH))) / DEPTH)
    return float(np.mean(shares))


def _fused_recall(
    index: KnowledgeIndex,
    ids: Sequence[str],
    matrix: Vectors,
    texts: Sequence[tuple[str, str]],
    questions: Sequence[str],
    embedder: RoutedEmbedder,
) -> float | None:
    if len(ids) > FUSED_UP_TO:
        return None
    exact = KnowledgeIndex("exact", embedder, create_vector_store("faiss"), fitted_fusion())
    space = embedder.space("en")
    exact.apply(
        [
            IndexedChunk(identifier, "d", text, heading, "en", {space: vector})
            for identifier, (heading, text), vector in zip(ids, texts, matrix, strict=True)
        ],
        [],
        revision=1,
    )
    shares = []
    for question in questions:
        truth = {hit.chunk_id for hit in exact.search(question, language="en", limit=DEPTH)}
        found = {hit.chunk_id for hit in index.search(question, language="en", limit=DEPTH)}
        shares.append(len(truth & found) / max(1, len(truth)))
    return float(np.mean(shares))


def _baseline(
    matrix: Vectors, texts: Sequence[tuple[str, str]], questions: Sequence[str], embedder: RoutedEmbedder
) -> float:
    """CPU ms a question: embed, compare with every vector, count BM25 over every text, add the two."""
    counts = [Counter(words_of(f"{heading}\n{text}")) for heading, text in texts]
    lengths = np.array([sum(words.values()) for words in counts], dtype=np.float32)
    norms = 1.5 * (0.25 + 0.75 * lengths / lengths.mean())
    began = time.process_time()
    for number, question in enumerate(questions):
        vector = embedder.encode_queries([f"{question} ({number})"], language="en")[0]
        scores = np.zeros(len(texts), dtype=np.float32)
        for word in words_of(question):
            times = np.array([words.get(word, 0) for words in counts], dtype=np.float32)
            holding = int((times > 0).sum())
            rarity = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
            scores += rarity * times * 2.5 / (times + norms)
        np.argsort(-(matrix @ vector + scores / 10))[:DEPTH]
    return 1000 * (time.process_time() - began) / len(questions)


def table(rows: Sequence[Row]) -> str:
    head = (
        f"{'chunks':>9}{'CPU ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'dense R@10':>12}{'fused R@10':>12}{'bytes/chunk':>13}"
        f"{'RSS MiB':>9}{'load s':>8}{'baseline ms':>13}{'ratio':>8}"
    )
    lines = [
        f"{row.chunks:>9,}{row.cpu_ms:>9.2f}{row.p50_ms:>9.2f}{row.p95_ms:>9.2f}{row.dense_recall:>12.3f}"
        f"{'-' if row.fused_recall is None else f'{row.fused_recall:.3f}':>12}{row.index_bytes:>13.0f}"
        f"{row.rss_mib:>9.0f}{row.load_s:>8.1f}{row.baseline_cpu_ms:>13.1f}{row.baseline_cpu_ms / row.cpu_ms:>8.1f}"
        for row in rows
    ]
    return "\n".join([head, *lines])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.retrieval_scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="chunks")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
