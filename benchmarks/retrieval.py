"""The retrieval half of `benchmarks/quality.py`: the platform's index on open sets, scored by document.

`answer_holds`: of the answers given to questions with a short known answer, those that hold it word for word;
`answer_characters`: how long they are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.knowledge_base import BenchmarkedBase
from benchmarks.open_sets import OpenSet, Question, default_embedder, lines, open_set, question
from knowledge.answering import DEFAULT_THRESHOLD
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.faqs.index import QuestionIndex
from knowledge.followups import Topic
from knowledge.retrieval import IndexedChunk
from nlu.language import detect_language

_DEPTH = 10
_LONGEST_ANSWER = 100  # characters
_CHUNKS = 40  # asked for, so that ten documents are found where several chunks of one come first


def measure_retrieval(train: Path, test: Path | None, names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Percentages for each set "retrieval/NAME" or "rerank/NAME" of the folder measured; nothing is trained here."""
    embedder = default_embedder()
    measured: dict[str, dict[str, float]] = {}
    for name in names:
        folder = (test or train) / name
        if not folder.is_dir():
            continue
        if name.startswith("rerank/"):
            measured[name] = _rerank(folder, embedder)
        else:
            measured |= _retrieve(name, folder, embedder)
    return measured


def ranked_documents(base: BenchmarkedBase, one: Question) -> tuple[list[str], float]:
    """Documents by their best chunk, and the score of the best."""
    found = base.ranked(one, _CHUNKS)
    documents = list(dict.fromkeys(chunk.document_id for chunk in found))
    return documents[:_DEPTH], found[0].score if found else 0.0


def _retrieve(name: str, folder: Path, embedder: RoutedEmbedder) -> dict[str, dict[str, float]]:
    loaded = open_set(folder, embedder)
    base = BenchmarkedBase(name, loaded.chunks, embedder)
    across = {
        f"{name}_{asked}_{wanted}": [
            question(line, f"relevant_{wanted}") for line in lines(folder / f"queries_{asked}.jsonl")
        ]
        for asked, wanted in (("en", "zh"), ("zh", "en"))
        if (folder / f"queries_{asked}.jsonl").exists()
    }
    measured = {name: _measures(base, loaded)}
    if any(one.topic for one in loaded.questions):  # the baseline: nobody looks at what was said before
        measured[f"{name}_last_turn"] = _scores(base, [replace(one, topic=Topic()) for one in loaded.questions])[0]
    for direction, questions in across.items():
        # Only the wanted language stands in the index, as a company with documents in one language would have it.
        wanted = [one for one in loaded.chunks if one.language == direction[-2:]]
        measured[direction] = _scores(BenchmarkedBase(direction, wanted, embedder), questions)[0]
    return measured


def _measures(base: BenchmarkedBase, loaded: OpenSet) -> dict[str, float]:
    measures, confidences = _scores(base, loaded.questions)
    if loaded.unanswerable:
        refused = [ranked_documents(base, one)[1] < DEFAULT_THRESHOLD for one in loaded.unanswerable]
        measures["refused"] = _percent(refused)
    measures["refused_answerable"] = _percent(one < DEFAULT_THRESHOLD for one in confidences)
    return measures | _answers(base, loaded.questions)


def _answers(base: BenchmarkedBase, questions: Sequence[Question]) -> dict[str, float]:
    """Nothing for sets whose answers are mostly texts of their own, which no passage holds word for word."""
    known = [one for one in questions if one.answers and max(map(len, one.answers)) <= _LONGEST_ANSWER]
    if not known or 2 * len(known) < sum(bool(one.answers) for one in questions):
        return {}
    said = [(one, text) for one in known if (text := base.answer(one).text) is not None]
    holds = [any(_plain(answer) in _plain(text) for answer in one.answers) for one, text in said]
    length = sum(len(text) for _, text in said) / max(1, len(said))
    return {"answer_holds": _percent(holds), "answer_characters": round(length)}


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _scores(base: BenchmarkedBase, questions: Sequence[Question]) -> tuple[dict[str, float], list[float]]:
    rows: list[Mapping[str, float]] = []
    confidences = []
    for one in questions:
        found, confidence = ranked_documents(base, one)
        confidences.append(confidence)
        first = next((1 / rank for rank, document in enumerate(found, 1) if document in one.relevant), 0.0)
        recalls = {f"r@{k}": len(one.relevant.intersection(found[:k])) / len(one.relevant) for k in (1, 5, 10)}
        rows.append({**recalls, "mrr@10": first, "p@1": float(first == 1.0)})
    return {
        metric: _percent(row[metric] for row in rows) for metric in ("r@1", "r@5", "r@10", "mrr@10", "p@1")
    }, confidences


def _rerank(folder: Path, embedder: RoutedEmbedder) -> dict[str, float]:
    """Each question has its own few candidates, judged by people: approved questions, compared as FAQs are."""
    right = []
    for line in lines(folder / "queries.jsonl"):
        candidates = line["candidates"]
        if not isinstance(candidates, list):
            continue
        texts = [str(one["text"]) for one in candidates]
        language = detect_language(str(line["text"]))
        vectors = embedder.encode(texts, language=language)
        index = QuestionIndex(embedder)
        index.apply(
            [
                IndexedChunk(str(place), str(place), text, "", language, {embedder.space(language): vector})
                for place, (text, vector) in enumerate(zip(texts, vectors, strict=True))
            ],
            [],
            revision=1,
        )
        hits = index.search(str(line["text"]), language=language, limit=1)
        right.append(bool(hits) and bool(candidates[int(hits[0].chunk_id)]["relevant"]))
    return {"p@1": _percent(right)}


def _percent(values: Iterable[float]) -> float:
    listed = list(values)
    return round(100 * sum(listed) / len(listed), 1) if listed else 0.0
