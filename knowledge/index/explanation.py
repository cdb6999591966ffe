"""Why an index ranks as it does: each side of a search alone, and what each kind of evidence added to the sum.

For people who ask, beside the search itself, which keeps no such account: several searches' work for one question.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index.asked_vectors import AskedVector, AskedVectors, used_partitions
from knowledge.index.chunk_table import ChunkTable
from knowledge.index.fusion import Fusion
from knowledge.index.lexical import LexicalIndex, LexicalMix
from knowledge.index.read_write_lock import ReadWriteLock
from knowledge.index.word_order import AskedWords, Closeness, WordOrder
from knowledge.retrieval import Hit, VectorStore

SIDE_DEPTH = 40  # how far each side is followed


@dataclass(frozen=True, slots=True)
class Contributions:
    """What the cosines, the words of the text, those of the title, and their being there at all add to the sum; and
    their standing in one sentence, and side by side."""

    dense: float
    body: float
    title: float
    presence: float
    sentence: float
    pairs: float


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """`dense_rank` and `lexical_rank` count from 1; None where that side did not find it among its first."""

    hit: Hit
    dense_rank: int | None
    lexical_rank: int | None
    contributions: Contributions


@dataclass(frozen=True, slots=True)
class Explanation:
    """`hits` are the search's own; the sides are (chunk id, cosine or lexical score), best first."""

    hits: tuple[ExplainedHit, ...]
    dense: tuple[tuple[str, float], ...]
    lexical: tuple[tuple[str, float], ...]
    milliseconds: Mapping[str, float]


class IndexSides:
    """The two sides of one index, asked one by one."""

    def __init__(
        self,
        table: ChunkTable,
        store: VectorStore,
        lexical: LexicalIndex,
        order: WordOrder,
        lock: ReadWriteLock,
        partition: Callable[[str], str],
    ) -> None:
        self._table = table
        self._store = store
        self._lexical = lexical
        self._order = order
        self._lock = lock
        self._partition = partition

    def dense(
        self, asked: Sequence[AskedVector], *, limit: int, document_ids: Collection[str] | None
    ) -> list[tuple[str, float]]:
        """The nearest, best first; a chunk counts in the first partition that it has a vector in."""
        with self._lock.reading():
            among = None
            if document_ids is not None:
                among = self._table.chunk_ids_in(self._table.groups_of(document_ids))
            found: dict[str, float] = {}
            for one in (one for one in asked if one.finds):
                nearest = self._store.search(self._partition(one.partition), one.vector, limit=limit, among=among)
                found = {chunk_id: cosine for chunk_id, cosine in nearest if chunk_id in self._table} | found
        return sorted(found.items(), key=lambda one: (-one[1], one[0]))[:limit]

    def lexical(
        self, question: str, mix: LexicalMix, *, limit: int, document_ids: Collection[str] | None
    ) -> list[tuple[str, float]]:
        """The best by words alone."""
        with self._lock.reading():
            groups = None if document_ids is None else self._table.groups_of(document_ids)
            found = self._lexical.query(question, mix).best(limit + min(limit, self._table.empty), groups)
            named = [(self._table.chunk_id(slot), score) for slot, score in found]
        return [(chunk_id, score) for chunk_id, score in named if chunk_id is not None][:limit]

    def lexical_scores(self, question: str, mix: LexicalMix, chunk_ids: Collection[str]) -> dict[str, float]:
        """Of these chunks, under any mix; those without a word of the question are left out."""
        with self._lock.reading():
            slots = {slot: one for one in chunk_ids if (slot := self._table.slot(one)) is not None}
            found = self._lexical.query(question, mix).among(list(slots))
        return {slots[slot]: score for slot, score in found.items()}

    def closeness(self, question: str, mix: LexicalMix, chunk_ids: Collection[str]) -> dict[str, Closeness]:
        """Of these chunks, how near each other the question's words stand; far apart in one that is gone."""
        with self._lock.reading():
            slots = {one: slot for one in chunk_ids if (slot := self._table.slot(one)) is not None}
            query = self._lexical.query(question, mix)
            found = self._order.closeness(list(slots.values()), AskedWords(question, query.weights, query.rarity))
        return dict.fromkeys(chunk_ids, Closeness(0.0, 0.0)) | dict(zip(slots, found, strict=True))

    def cosines(self, asked: AskedVector, chunk_ids: Collection[str]) -> dict[str, float]:
        """Of these chunks, where they have a vector there."""
        with self._lock.reading():
            held = self._table.of_space(asked.partition, list(chunk_ids))
            partition = self._partition(asked.partition)
            return dict(self._store.search(partition, asked.vector, limit=len(held), among=held)) if held else {}

    def partitions_of(self, chunk_id: str) -> tuple[str, ...]:
        """Where the chunk has a vector."""
        with self._lock.reading():
            return self._table.spaces_of(chunk_id)

    @property
    def used(self) -> dict[str, int]:
        """The partitions where any chunk has one, with how many."""
        return used_partitions(self._table.counts)


Search = Callable[[], list[Hit]]


class Explainer:
    """`embedder` and `fusion` are those of the indexes that are explained. Blocking, like a search."""

    def __init__(self, embedder: RoutedEmbedder, fusion: Fusion) -> None:
        self._asked = AskedVectors(embedder, fusion)
        self._fusion = fusion

    def explain(
        self,
        sides: IndexSides,
        search: Search,
        question: str,
        *,
        language: str,
        document_ids: Collection[str] | None = None,
    ) -> Explanation:
        """`search` is the index's own, of this question. Milliseconds: embed, dense, lexical, search."""
        clock = _Clock()
        used = sides.used
        asked = [*self._asked.own(question, language, used), *self._asked.across(question, language, used)]
        clock.note("embed")
        dense = sides.dense(asked, limit=SIDE_DEPTH, document_ids=document_ids)
        clock.note("dense")
        mix = self._fusion.profile(language).mix
        lexical = sides.lexical(question, mix, limit=SIDE_DEPTH, document_ids=document_ids)
        clock.note("lexical")
        hits = search()
        clock.note("search")
        ids = [hit.chunk_id for hit in hits]
        body, title, presence = (
            sides.lexical_scores(question, part, ids)
            for part in (
                LexicalMix(mix.body, 0.0, 0.0),
                LexicalMix(0.0, mix.title, 0.0),
                LexicalMix(0.0, 0.0, mix.presence),
            )
        )
        profile = self._fusion.profile(language)
        close = sides.closeness(question, mix, ids)
        beside = [(one, sides.cosines(one, ids)) for one in asked if not one.finds]
        dense_ranks = {chunk_id: rank for rank, (chunk_id, _) in enumerate(dense, 1)}
        lexical_ranks = {chunk_id: rank for rank, (chunk_id, _) in enumerate(lexical, 1)}
        explained = tuple(
            ExplainedHit(
                hit=hit,
                dense_rank=dense_ranks.get(hit.chunk_id),
                lexical_rank=lexical_ranks.get(hit.chunk_id),
                contributions=Contributions(
                    dense=_dense_evidence(sides, asked, hit)
                    + sum(one.evidence(found[hit.chunk_id]) for one, found in beside if hit.chunk_id in found),
                    body=body.get(hit.chunk_id, 0.0),
                    title=title.get(hit.chunk_id, 0.0),
                    presence=presence.get(hit.chunk_id, 0.0),
                    sentence=profile.sentence * close[hit.chunk_id].sentence,
                    pairs=profile.pairs * close[hit.chunk_id].pairs,
                ),
            )
            for hit in hits
        )
        return Explanation(explained, tuple(dense), tuple(lexical), clock.noted)


def _dense_evidence(sides: IndexSides, asked: Sequence[AskedVector], hit: Hit) -> float:
    """A hit without a cosine was found by its words alone."""
    held = sides.partitions_of(hit.chunk_id)
    read = next((one for one in asked if one.finds and one.partition in held), None)
    return 0.0 if read is None or hit.dense == 0.0 else read.evidence(hit.dense)


class _Clock:
    """Milliseconds between notes."""

    def __init__(self) -> None:
        self.noted: dict[str, float] = {}
        self._last = perf_counter()

    def note(self, name: str) -> None:
        now = perf_counter()
        self.noted[name] = round((now - self._last) * 1000, 3)
        self._last = now
