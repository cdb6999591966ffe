"""The candidates of one question: found by either side of an index, each judged on the evidence of both."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from knowledge.index.asked_vectors import AskedVector
from knowledge.index.chunk_table import ChunkTable
from knowledge.index.fusion import FusionProfile
from knowledge.index.lexical import LexicalIndex, LexicalQuery
from knowledge.index.word_order import AskedWords, WordOrder
from knowledge.retrieval import Hit, VectorStore

_CANDIDATES = 40  # found by their words, before fusion


class CandidateSearch:
    """Over one state of an index; whoever asks holds its lock."""

    def __init__(
        self,
        table: ChunkTable,
        store: VectorStore,
        lexical: LexicalIndex,
        order: WordOrder,
        partition: Callable[[str], str],
    ) -> None:
        self._table = table
        self._store = store
        self._lexical = lexical
        self._order = order
        self._partition = partition

    def best(
        self,
        question: str,
        asked: Sequence[AskedVector],
        profile: FusionProfile,
        *,
        limit: int,
        document_ids: Collection[str] | None,
    ) -> list[Hit]:
        """The best `limit` chunks, best first; of these documents only, where given."""
        wanted = max(_CANDIDATES, limit)
        among: list[str] | None = None
        groups: list[int] | None = None
        if document_ids is not None:
            groups = self._table.groups_of(document_ids)
            among = self._table.chunk_ids_in(groups)
            if not among:
                return []
        query = self._lexical.query(question, profile.mix)
        lexical = self._by_words(query, wanted, groups)
        cosines: dict[str, float] = {}
        logits = dict.fromkeys(lexical, 0.0)
        for one in (one for one in asked if one.finds):
            for chunk_id, cosine in self._by_meaning(one, lexical, max(one.finds, limit), among).items():
                if chunk_id not in cosines:
                    cosines[chunk_id], logits[chunk_id] = cosine, one.evidence(cosine)
        for one in (one for one in asked if not one.finds):
            for chunk_id, cosine in self._of_those(one, logits).items():
                logits[chunk_id] += one.evidence(cosine)
        slots = dict(zip(logits, self._table.slots(logits), strict=True))
        unread = {slots[one]: one for one in cosines if one not in lexical}
        lexical.update({unread[slot]: score for slot, score in query.among(list(unread)).items()})
        close = self._order.closeness(list(slots.values()), AskedWords(question, query.weights, query.rarity))
        for chunk_id, closeness in zip(slots, close, strict=True):
            logits[chunk_id] += lexical.get(chunk_id, 0.0) + profile.closeness_evidence(closeness)
        size = len(self._table) if among is None else len(among)
        best = sorted(logits, key=lambda one: (-logits[one], one))[:limit]
        return [
            Hit(
                chunk_id=one,
                score=profile.probability(logits[one], size),
                dense=cosines.get(one, 0.0),
                lexical=lexical.get(one, 0.0),
                rarity=query.rarity,
            )
            for one in best
        ]

    def _by_words(self, query: LexicalQuery, wanted: int, groups: list[int] | None) -> dict[str, float]:
        # What was removed may still stand in a part of the lexical index that is only read.
        spare = min(wanted, self._table.empty)
        found = query.best(wanted + spare, groups)
        named = self._table.chunk_ids([slot for slot, _ in found])
        return {one: score for one, (_, score) in zip(named, found, strict=True) if one is not None}

    def _by_meaning(
        self, asked: AskedVector, lexical: Collection[str], wanted: int, among: list[str] | None
    ) -> dict[str, float]:
        """Cosines of the nearest, and of those found by their words that have a vector there."""
        found = dict(self._store.search(self._partition(asked.partition), asked.vector, limit=wanted, among=among))
        found |= self._of_those(asked, [one for one in lexical if one not in found])
        if not self._store.is_shared:
            return found
        # One shared with other processes may know of chunks that this revision does not.
        there = self._table.slots(found)
        return {one: cosine for (one, cosine), slot in zip(found.items(), there, strict=True) if slot}

    def _of_those(self, asked: AskedVector, chunk_ids: Collection[str]) -> dict[str, float]:
        """Cosines of these chunks, where they have a vector there."""
        held = self._table.of_space(asked.partition, list(chunk_ids))
        if not held:
            return {}
        return dict(self._store.search(self._partition(asked.partition), asked.vector, limit=len(held), among=held))
