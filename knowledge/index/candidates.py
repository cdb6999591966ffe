"""The candidates of one question: found by either side of an index, each judged on the evidence of both."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from knowledge.index.asked_vectors import AskedVector
from knowledge.index.fusion import FusionProfile
from knowledge.index.state import IndexState
from knowledge.index.word_order import AskedWords
from knowledge.retrieval import Hit

_CANDIDATES = 40  # found by their words, before fusion


def best_hits(
    state: IndexState,
    question: str,
    asked: Sequence[AskedVector],
    profile: FusionProfile,
    *,
    limit: int,
    document_ids: Collection[str] | None,
) -> list[Hit]:
    """The best `limit` chunks, best first; of these documents only, where given."""
    among: list[str] | None = None
    groups: list[int] | None = None
    if document_ids is not None:
        groups = state.table.groups_of(document_ids)
        among = state.table.chunk_ids_in(groups)
        if not among:
            return []
    query = state.lexical.query(question, profile.mix)
    lexical = dict(state.by_words(query, max(_CANDIDATES, limit), groups))
    cosines: dict[str, float] = {}
    logits = dict.fromkeys(lexical, 0.0)
    for vector in (vector for vector in asked if vector.finds):
        near = state.nearest(vector, max(vector.finds, limit), among)
        near |= state.cosines(vector, [chunk_id for chunk_id in lexical if chunk_id not in near])
        for chunk_id, cosine in near.items():
            if chunk_id not in cosines:
                cosines[chunk_id], logits[chunk_id] = cosine, vector.evidence(cosine)
    for vector in (vector for vector in asked if not vector.finds):
        for chunk_id, cosine in state.cosines(vector, logits).items():
            logits[chunk_id] += vector.evidence(cosine)
    slots = dict(zip(logits, state.table.slots(logits), strict=True))
    unread = {slots[chunk_id]: chunk_id for chunk_id in cosines if chunk_id not in lexical}
    lexical.update({unread[slot]: score for slot, score in query.among(list(unread)).items()})
    close = state.order.closeness(list(slots.values()), AskedWords(question, query.weights, query.rarity))
    for chunk_id, closeness in zip(slots, close, strict=True):
        logits[chunk_id] += lexical.get(chunk_id, 0.0) + profile.closeness_evidence(closeness)
    size = len(state.table) if among is None else len(among)
    best = sorted(logits, key=lambda chunk_id: (-logits[chunk_id], chunk_id))[:limit]
    return [
        Hit(
            chunk_id=chunk_id,
            score=profile.probability(logits[chunk_id], size),
            dense=cosines.get(chunk_id, 0.0),
            lexical=lexical.get(chunk_id, 0.0),
            rarity=query.rarity,
        )
        for chunk_id in best
    ]
