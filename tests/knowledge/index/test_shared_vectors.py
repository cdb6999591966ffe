"""A vector server shared by processes: what lags behind undoes nothing, and what does not answer is said so."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.errors import VectorStoreUnavailable
from knowledge.index import KnowledgeIndex
from knowledge.index.fusion import fitted_fusion
from knowledge.vector_stores import create_vector_store
from knowledge.vector_stores.qdrant_store import QdrantStore
from tests.knowledge.hashed_words import hashed_pair, indexed
from tests.knowledge.test_vector_stores import unit_rows
from tests.qdrant_server import QdrantServer

pytestmark = pytest.mark.qdrant
NAME = "acme/handbook/passage"


@pytest.fixture
def store(qdrant: QdrantServer) -> Iterator[QdrantStore]:
    made = QdrantStore(qdrant.url, prefix=f"test-{secrets.token_hex(4)}")
    yield made
    made.drop("acme")
    made.close()


def replica(store: QdrantStore, embedder: RoutedEmbedder) -> KnowledgeIndex:
    return KnowledgeIndex(NAME, embedder, store, fitted_fusion())


def found(index: KnowledgeIndex, question: str) -> set[str]:
    return {hit.chunk_id for hit in index.search(question, language="en", limit=9) if hit.dense > 0.3}


def test_an_older_change_replaces_and_removes_nothing_newer(store: QdrantStore) -> None:
    rows = unit_rows(3)
    store.upsert("acme", ["a"], rows[:1], revision=5)
    store.upsert("acme", ["a", "b"], rows[1:], revision=4)
    store.delete("acme", ["a"], revision=4)
    assert dict(store.search("acme", rows[0], limit=5))["a"] == pytest.approx(1.0, abs=1e-3)
    store.delete("acme", ["a"], revision=5)
    assert [one for one, _ in store.search("acme", rows[0], limit=5)] == ["b"]


def test_a_partition_remembers_how_far_it_has_come_and_never_goes_back(store: QdrantStore) -> None:
    assert store.revision("acme") == 0
    store.complete("acme", 7, whole=False)
    store.complete("acme", 3, whole=False)
    assert (store.revision("acme"), store.revision("globex")) == (7, 0)
    store.drop("acme")
    assert store.revision("acme") == 0


def test_a_second_replica_writes_nothing_again_and_finds_all(store: QdrantStore) -> None:
    pair = hashed_pair()
    chunks = [indexed(pair, "leave", "annual leave"), indexed(pair, "canteen", "canteen hours")]
    first, second = replica(store, pair), replica(store, pair)
    first.apply(chunks, [], revision=3)
    store.delete(f"{NAME}/{pair.space('en')}", ["canteen"], revision=3)  # would come back if it were written again
    second.apply(chunks, [], revision=3)
    assert found(second, "annual leave") == {"leave"}
    assert "canteen" not in found(second, "canteen hours")


def test_what_lingers_from_a_change_that_nobody_saw_is_removed_by_a_full_load(store: QdrantStore) -> None:
    pair = hashed_pair()
    replica(store, pair).apply([indexed(pair, "old", "annual leave"), indexed(pair, "kept", "canteen")], [], revision=1)
    late = replica(store, pair)
    late.apply([indexed(pair, "kept", "canteen")], [], revision=5, more=True)
    late.apply([indexed(pair, "new", "parking")], [], revision=5)
    partition = f"{NAME}/{pair.space('en')}"
    vector = pair.encode_queries(["annual leave"], language="en")[0]
    assert {one for one, _ in store.search(partition, vector, limit=9)} == {"kept", "new"}


def test_a_chunk_the_index_does_not_know_is_never_given(store: QdrantStore) -> None:
    pair = hashed_pair()
    index = replica(store, pair)
    index.apply([indexed(pair, "leave", "annual leave")], [], revision=1)
    vectors = pair.encode_passages(["annual leave"], language="en")
    store.upsert(f"{NAME}/{pair.space('en')}", ["ghost"], vectors, revision=2)
    assert [hit.chunk_id for hit in index.search("annual leave", language="en", limit=5)] == ["leave"]


def test_a_server_that_is_away_is_named_and_the_change_can_be_made_again() -> None:
    away = QdrantStore("http://127.0.0.1:9", prefix="test")
    pair = hashed_pair()
    index = replica(away, pair)
    with pytest.raises(VectorStoreUnavailable, match="does not answer"):
        index.apply([indexed(pair, "a", "annual leave")], [], revision=1)
    assert (index.revision, len(index)) == (0, 0)
    away.close()


def test_a_server_that_comes_back_is_used_again(qdrant: QdrantServer, store: QdrantStore) -> None:
    pair = hashed_pair()
    index = replica(store, pair)
    index.apply([indexed(pair, "leave", "annual leave")], [], revision=1)
    if qdrant.process is None:
        pytest.skip("NOT TESTED: the named server is not ours to stop")
    qdrant.stop()
    with pytest.raises(VectorStoreUnavailable):
        index.search("annual leave", language="en", limit=1)
    qdrant.start()
    assert found(index, "annual leave") == {"leave"}


def test_a_qdrant_store_without_an_address_is_refused() -> None:
    with pytest.raises(ValueError, match="URL"):
        create_vector_store("qdrant")
