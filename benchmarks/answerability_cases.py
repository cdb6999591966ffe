"""Questions with what the index finds for each, answerable and not: what `benchmarks/fit_answerability.py` fits on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.knowledge_base import BenchmarkedBase
from benchmarks.open_sets import OpenSet, Question
from benchmarks.refusal import FOREIGN, questions_of
from knowledge.answering.answerability import ACROSS, READ
from knowledge.answering.answerability_features import NAMES, AskedQuestion, features
from knowledge.answering.answerability_words import lines_of
from knowledge.calibration import log_odds
from knowledge.embedders.routed import RoutedEmbedder

Figures = npt.NDArray[np.float64]
FOLDS = 8
DEPTH = 40
SIZES = (3, 12, 60)
ASKED_OF_SMALL, ASKED_FROM_ELSEWHERE = 60, 300
# Where a question has one home. Elsewhere what is left says nearly the same as what was taken out.
TAKEN_OUT = ("squad2_en", "cmrc_drcd_zh")
OWN, TEMPTING, LEFT, CHANGED, ELSEWHERE = "own", "tempting", "taken out", "changed", "elsewhere"


@dataclass(frozen=True, slots=True)
class AskedCase:
    """One question: `figures` has a row for each passage read, the log odds of its score first, then NAMES.

    `language` is ACROSS where a passage is in another one than the question.
    """

    set_name: str
    language: str
    kind: str
    fold: int
    figures: Figures
    right: npt.NDArray[np.bool_]  # which of these passages answer


def cases_of(loaded: OpenSet, folder: Path, embedder: RoutedEmbedder) -> list[AskedCase]:
    """Every kind that the set has; `folder` holds the sets."""
    reader = _Reader(loaded.name, BenchmarkedBase(loaded.name, loaded.chunks, embedder))
    found = []
    for asked in loaded.questions:
        found.append(reader.case(OWN, asked))
        if loaded.name in TAKEN_OUT:
            found.append(reader.case(LEFT, asked, without=asked.relevant))
    found += [reader.case(TEMPTING, asked) for asked in loaded.unanswerable]
    if not loaded.unanswerable and loaded.name in TAKEN_OUT:
        found += [reader.case(CHANGED, asked) for asked in _changed(loaded)]
    elsewhere = questions_of(folder / FOREIGN[loaded.name])[:ASKED_FROM_ELSEWHERE]
    found += [reader.case(ELSEWHERE, replace(asked, relevant=frozenset())) for asked in elsewhere]
    for size in SIZES:
        found += _small(loaded, size, embedder)
    return found


def cases_across(loaded: OpenSet, embedder: RoutedEmbedder) -> list[AskedCase]:
    """The questions of each language put to the passages of the other one."""
    found = []
    for asked_in, written_in in (("en", "zh"), ("zh", "en")):
        chunks = [one for one in loaded.chunks if one.language == written_in]
        reader = _Reader(loaded.name, BenchmarkedBase(f"{loaded.name}-{written_in}", chunks, embedder))
        for asked in loaded.questions:
            if asked.language == asked_in:
                found += [reader.case(OWN, asked), reader.case(LEFT, asked, without=asked.relevant)]
    return found


class _Reader:
    def __init__(self, name: str, base: BenchmarkedBase) -> None:
        self._name = name
        self._base = base

    def case(self, kind: str, asked: Question, *, without: frozenset[str] = frozenset()) -> AskedCase:
        kept = [hit for hit in self._base.hits(asked, DEPTH) if document_of(hit.chunk_id) not in without][:READ]
        evidence = [self._base.evidence(hit) for hit in kept]
        question = AskedQuestion.of(asked.text, kept[0].rarity if kept else {})
        rows = [(log_odds(one.score), *features(question, one.heading, one.text)) for one in evidence]
        return AskedCase(
            set_name=self._name,
            language=asked.language if all(one.language == asked.language for one in evidence) else ACROSS,
            kind=kind,
            fold=fold_of(asked),
            figures=np.array(rows, dtype=np.float64).reshape(len(rows), 1 + len(NAMES)),
            right=np.array([document_of(hit.chunk_id) in asked.relevant for hit in kept], dtype=bool),
        )


def document_of(chunk_id: str) -> str:
    return chunk_id.rsplit("#", 1)[0]


def fold_of(asked: Question) -> int:
    """The same for all questions of an article, so that a fit never sees one it is measured on."""
    home = min(asked.relevant | asked.near, default=asked.text)
    article = home.rsplit("-", 1)[0]
    return int.from_bytes(hashlib.blake2b(article.encode(), digest_size=4).digest()) % FOLDS


def _small(loaded: OpenSet, size: int, embedder: RoutedEmbedder) -> Iterator[AskedCase]:
    """The same questions in small knowledge bases, with their document and without it."""
    random = np.random.default_rng(size)
    for asked in loaded.questions[::7][:ASKED_OF_SMALL]:
        own = [one for one in loaded.chunks if one.document_id in asked.relevant][:3]
        # Neighbours in the file are of the same subject, as a company's documents are.
        at = int(random.integers(0, max(1, len(loaded.chunks) - size)))
        others = [one for one in loaded.chunks[at : at + size] if one.document_id not in asked.relevant]
        for kind, chunks in ((OWN, [*own, *others][:size]), (LEFT, others)):
            reader = _Reader(loaded.name, BenchmarkedBase(f"{loaded.name}-{size}", chunks, embedder))
            yield replace(reader.case(kind, asked), kind=f"{kind}, {size} chunks")


def _changed(loaded: OpenSet) -> Iterator[Question]:
    """Questions with one salient word put in place of another: what they ask about now, no passage says."""
    held = {one.document_id: one.text for one in loaded.chunks}
    salient: list[tuple[Question, str]] = []
    for asked in loaded.questions:
        lines = lines_of(held.get(min(asked.relevant), ""))
        words = [word.form for word in AskedQuestion.of(asked.text, {}).words if len(word.form) > 1]
        there = [word for word in words if word in asked.text and any(line.find(word).places for line in lines)]
        if there:
            salient.append((asked, max(there, key=len)))
    for place, (asked, word) in enumerate(salient):
        other = salient[(place + 7) % len(salient)][1]
        if other != word:
            yield Question(asked.text.replace(word, other), asked.language, frozenset(), asked.relevant)
