"""Retrieval sets (`corpus.jsonl`, `queries*.jsonl`) as the platform would hold them: chunked and embedded."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from knowledge.chunking import chunk
from knowledge.document import Section
from knowledge.embedders import EmbedderSettings, create_routed
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.embedders.weights import DEFAULT_WEIGHTS, fetch, shared_cache
from knowledge.followups import Topic
from knowledge.retrieval import IndexedChunk, Vector, Vectors, searchable_text
from nlu.language import detect_language

Line = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the documents that answer it; none when nothing does.

    `near`: the tempting ones; `topic`: that of the talk it was asked in; `answers`: what may be said in answer.
    """

    text: str
    language: str
    relevant: frozenset[str]
    near: frozenset[str] = frozenset()
    topic: Topic = field(default_factory=Topic)
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenSet:
    """One set. `chunks` belong to documents, and a found chunk counts for its document."""

    name: str
    chunks: tuple[IndexedChunk, ...]
    questions: tuple[Question, ...]
    unanswerable: tuple[Question, ...]

    @property
    def language(self) -> str:
        return Counter(one.language for one in self.questions).most_common(1)[0][0]


def default_embedder() -> RoutedEmbedder:
    """The platform's own models, their weights fetched when they are not there yet."""
    fetch(DEFAULT_WEIGHTS, shared_cache(), print)
    return create_routed(EmbedderSettings(models_folder=shared_cache(), language_of=detect_language))


def open_set(folder: Path, embedder: RoutedEmbedder, spaces: Collection[str] | None = None) -> OpenSet:
    """Reads, chunks and embeds, in these spaces only where given.

    Vectors are kept in the folder that `BENCHMARK_CACHE` names, if it names one.
    """
    drafts = [draft for line in lines(folder / "corpus.jsonl") for draft in _drafts(line)]
    vectors = _vectors(drafts, embedder, spaces)
    chunks = tuple(
        IndexedChunk(
            chunk_id=f"{document}#{ordinal}",
            document_id=document,
            text=text,
            heading=title,
            language=language,
            vectors=by_space,
        )
        for (document, ordinal, title, text, language), by_space in zip(drafts, vectors, strict=True)
    )
    questions: list[Question] = []
    for path in sorted(folder.glob("queries*.jsonl")):
        if path.stem != "queries_unanswerable":
            questions.extend(question(line) for line in lines(path))
    unanswerable = [question(line) for line in lines(folder / "queries_unanswerable.jsonl")]
    answered = tuple(one for one in questions if one.relevant)
    return OpenSet(folder.name, chunks, answered, tuple(unanswerable))


def lines(path: Path) -> Iterator[Line]:
    """The JSON lines of a file; none when it is not there."""
    if path.exists():
        with path.open(encoding="utf-8") as stream:
            yield from (json.loads(line) for line in stream)


def question(line: Line, relevant: str = "relevant") -> Question:
    """A line of a queries file; `relevant` names the key of the documents wanted."""
    text = str(line["text"])
    return Question(
        text, detect_language(text), _names(line, relevant), _names(line, "near"), _topic(line), _texts(line, "answers")
    )


def _topic(line: Line) -> Topic:
    said = line.get("history")
    turns = said if isinstance(said, list) else []
    return Topic.of([(str(turn["speaker"]), str(turn["text"])) for turn in turns])


def _names(line: Line, key: str) -> frozenset[str]:
    return frozenset(_texts(line, key))


def _texts(line: Line, key: str) -> tuple[str, ...]:
    found = line.get(key)
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


def _drafts(line: Line) -> Iterator[tuple[str, int, str, str, str]]:
    for draft in chunk([Section(str(line["text"]))], language_of=detect_language):
        yield str(line["id"]), draft.ordinal, str(line["title"]), draft.text, draft.language


def _vectors(
    drafts: Sequence[tuple[str, int, str, str, str]], embedder: RoutedEmbedder, spaces: Collection[str] | None
) -> list[dict[str, Vector]]:
    """The vectors of each draft by space, as ingestion makes them."""
    found: list[dict[str, Vector]] = [{} for _ in drafts]
    for language in {draft[4] for draft in drafts}:
        places = [place for place, draft in enumerate(drafts) if draft[4] == language]
        texts = [searchable_text(drafts[place][2], drafts[place][3]) for place in places]
        for space in embedder.passage_spaces(language):
            if spaces is None or space in spaces:
                for place, vector in zip(places, _cached(texts, language, space, embedder), strict=True):
                    found[place][space] = vector
    return found


def _cached(texts: Sequence[str], language: str, space: str, embedder: RoutedEmbedder) -> Vectors:
    """Of passages in one language, in one of its spaces."""
    folder = os.environ.get("BENCHMARK_CACHE")
    shared = embedder.for_all_languages()
    encoder = shared if shared is not None and space == shared.space(language) else embedder
    if not folder:
        return encoder.encode_passages(texts, language=language)
    identity = hashlib.sha256("\x1e".join((space, *texts)).encode()).hexdigest()
    path = Path(folder) / f"{identity[:24]}.npy"
    if path.exists():
        loaded: Vectors = np.load(path, allow_pickle=False).astype(np.float32)
        return loaded
    vectors = encoder.encode_passages(texts, language=language)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors.astype(np.float16), allow_pickle=False)
    return vectors
