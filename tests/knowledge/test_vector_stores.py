"""The contract of every registered vector store; a newcomer is covered by its line in the registry."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.retrieval import Vectors, VectorStore
from knowledge.vector_stores import VECTOR_STORES, VectorStoreSettings, create_vector_store
from knowledge.vector_stores.faiss_store import FaissStore
from knowledge.vector_stores.qdrant_store import QdrantStore
from knowledge.vector_stores.sealed_vectors import FormSizes
from tests.qdrant_server import QdrantServer

DIMENSION = 16


def unit_rows(count: int, seed: int = 0, dimension: int = DIMENSION) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    normed: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return normed


KINDS = [kind if kind == "faiss" else pytest.param(kind, marks=pytest.mark.qdrant) for kind in sorted(VECTOR_STORES)]


def store_of(kind: str, request: pytest.FixtureRequest) -> VectorStore:
    """With nothing in it."""
    if kind == "faiss":
        return create_vector_store(kind)
    server: QdrantServer = request.getfixturevalue("qdrant")
    return create_vector_store(kind, VectorStoreSettings(url=server.url, prefix=f"test-{secrets.token_hex(4)}"))


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Iterator[VectorStore]:
    made = store_of(request.param, request)
    yield made
    for partition in ("one", "two"):
        made.drop(partition)
    if isinstance(made, QdrantStore):
        made.close()


def test_search_gives_the_nearest_first_with_their_inner_products(store: VectorStore) -> None:
    rows = unit_rows(50)
    store.upsert("one", [f"c{place}" for place in range(50)], rows)
    found = store.search("one", rows[7], limit=5)
    assert found[0][0] == "c7"
    assert found[0][1] == pytest.approx(1.0, abs=2e-3)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    truth = np.argsort(-(rows @ rows[7]))[:5]
    assert {chunk for chunk, _ in found} == {f"c{place}" for place in truth}


def test_search_never_crosses_partitions(store: VectorStore) -> None:
    rows = unit_rows(2)
    store.upsert("one", ["mine"], rows[:1])
    store.upsert("two", ["theirs"], rows[1:])
    assert [chunk for chunk, _ in store.search("one", rows[1], limit=10)] == ["mine"]
    assert store.search("one", rows[1], limit=10, among=["theirs"]) == []
    store.delete("one", ["theirs"])
    store.drop("one")
    assert [chunk for chunk, _ in store.search("two", rows[1], limit=10)] == ["theirs"]


def test_an_upsert_replaces_the_vector(store: VectorStore) -> None:
    rows = unit_rows(3)
    store.upsert("one", ["a", "b"], rows[:2])
    store.upsert("one", ["a"], rows[2:])
    found = dict(store.search("one", rows[2], limit=5))
    assert set(found) == {"a", "b"}
    assert found["a"] == pytest.approx(1.0, abs=2e-3)


def test_a_deleted_vector_is_gone_and_an_unknown_id_is_no_error(store: VectorStore) -> None:
    rows = unit_rows(4)
    store.upsert("one", list("abcd"), rows)
    store.delete("one", ["a", "nobody", "a", "c"])
    store.delete("nowhere", ["a"])
    assert {chunk for chunk, _ in store.search("one", rows[0], limit=10)} == {"b", "d"}


def test_among_restricts_and_leaves_unknown_ids_out(store: VectorStore) -> None:
    rows = unit_rows(600, dimension=128)
    ids = [f"c{place}" for place in range(600)]
    store.upsert("one", ids, rows)
    assert {one for one, _ in store.search("one", rows[0], limit=9, among=["c5", "c9", "nobody"])} == {"c5", "c9"}
    many = ids[100:]
    found = store.search("one", rows[0], limit=3, among=many)
    truth = 100 + np.argsort(-(rows[100:] @ rows[0]))[:3]
    assert [one for one, _ in found] == [f"c{place}" for place in truth]
    assert store.search("one", rows[0], limit=3, among=[]) == []


def test_an_unknown_partition_and_a_limit_of_zero_find_nothing(store: VectorStore) -> None:
    assert store.search("nowhere", unit_rows(1)[0], limit=3) == []
    store.upsert("one", ["a"], unit_rows(1))
    assert store.search("one", unit_rows(1)[0], limit=0) == []


def test_a_wrong_dimension_or_a_doubled_id_is_refused_and_changes_nothing(store: VectorStore) -> None:
    store.upsert("one", ["a"], unit_rows(1))
    with pytest.raises(ValueError, match="dimension"):
        store.upsert("one", ["b"], unit_rows(1, dimension=8))
    with pytest.raises(ValueError, match="once"):
        store.upsert("one", ["b", "b"], unit_rows(2))
    assert [chunk for chunk, _ in store.search("one", unit_rows(1)[0], limit=9)] == ["a"]


def test_memory_is_counted_for_the_partition_and_given_back(store: VectorStore) -> None:
    before = store.nbytes("one")
    store.upsert("one", [f"c{place}" for place in range(100)], unit_rows(100))
    assert store.nbytes("one") >= before
    store.drop("one")
    assert store.nbytes("one") == 0
    assert store.search("one", unit_rows(1)[0], limit=1) == []


def test_searches_beside_changes_only_see_vectors_that_belong(store: VectorStore) -> None:
    rows = unit_rows(300)
    ids = [f"c{place}" for place in range(300)]
    store.upsert("one", ids, rows)
    wrong: list[object] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            for place in (3, 150, 299):
                for chunk, score in store.search("one", rows[place], limit=5):
                    if abs(score - float(rows[int(chunk[1:])] @ rows[place])) > 5e-3:
                        wrong.append((chunk, score))

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for start in range(0, 300, 20):
        store.delete("one", ids[start : start + 20])
        store.upsert("one", ids[start : start + 10], rows[start : start + 10])
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 30), min_size=1, max_size=8)), max_size=8))
def test_any_sequence_of_changes_leaves_what_a_dictionary_would_hold(
    store: VectorStore, steps: list[tuple[bool, set[int]]]
) -> None:
    partition = f"one/{secrets.token_hex(4)}"  # the store outlives an example
    model: dict[str, np.ndarray] = {}
    for turn, (adding, places) in enumerate(steps):
        ids = [f"c{place}" for place in sorted(places)]
        if adding:
            rows = unit_rows(len(ids), seed=turn)
            store.upsert(partition, ids, rows, revision=turn)
            model.update(zip(ids, rows, strict=True))
        else:
            store.delete(partition, ids, revision=turn)
            for chunk in ids:
                model.pop(chunk, None)
    probe = unit_rows(1, seed=99)[0]
    found = dict(store.search(partition, probe, limit=100))
    assert set(found) == set(model)
    for chunk, row in model.items():
        assert found[chunk] == pytest.approx(float(row @ probe), abs=5e-3)


def test_an_unregistered_store_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no vector store 'cloud'"):
        create_vector_store("cloud")


def test_dropping_a_prefix_drops_what_is_below_it_and_nothing_beside_it(store: VectorStore) -> None:
    rows = unit_rows(3)
    for partition in ("one/kb/passage/en", "one/kb/passage/zh", "one/kb2/passage/en"):
        store.upsert(partition, ["c"], rows[:1])
    store.drop("one/kb")
    assert store.search("one/kb/passage/en", rows[0], limit=1) == []
    assert store.search("one/kb/passage/zh", rows[0], limit=1) == []
    assert len(store.search("one/kb2/passage/en", rows[0], limit=1)) == 1
    store.drop("one")
    assert store.search("one/kb2/passage/en", rows[0], limit=1) == []


@pytest.mark.parametrize(
    ("count", "coarse"), [(300, False), (300, True), (90, False), (40, False), (40, True), (8, True)]
)
def test_what_was_settled_saved_and_loaded_is_found_as_before(
    count: int, coarse: bool, store: VectorStore, tmp_path: Path
) -> None:
    if isinstance(store, FaissStore):
        store = FaissStore(FormSizes(bytes_from=20, lists_from=80))  # small enough to have every form
    rows = unit_rows(count)
    ids = [f"c{place}" for place in range(count)]
    store.upsert("one", ids, rows, revision=1)
    store.delete("one", ids[:3], revision=2)
    store.settle("one", coarse=coarse)
    store.upsert("one", ids[3:5], rows[:2], revision=3)
    for writable in (True, False):
        folder = tmp_path / f"saved-{writable}"
        folder.mkdir()
        store.save("one", folder)
        store.load("one", folder, writable=writable)
        if writable:
            store.settle("one", coarse=coarse)
    for place, expected in ((7, "c7"), (0, "c3"), (1, "c4")):
        best, score = store.search("one", rows[place], limit=3)[0]
        assert best == expected
        assert score == pytest.approx(1.0, abs=0.1)  # so few are poor to train on
    assert {one for one, _ in store.search("one", rows[0], limit=count)} == set(ids[3:])
    store.upsert("one", ["new"], rows[:1], revision=4)
    assert {one for one, _ in store.search("one", rows[0], limit=2)} == {"new", "c3"}


def test_many_vectors_that_only_help_take_half_the_memory_and_keep_their_cosines() -> None:
    rows = unit_rows(600, dimension=128)
    found, held = [], []
    for coarse in (False, True):
        store = FaissStore(FormSizes(bytes_from=20, lists_from=80))
        store.upsert("one", [f"c{place}" for place in range(len(rows))], rows)
        store.settle("one", coarse=coarse)
        found.append(dict(store.search("one", rows[0], limit=50)))
        held.append(store.nbytes("one"))
    assert held[0] - held[1] == len(rows) * rows.shape[1] // 2
    both = found[0].keys() & found[1].keys()
    assert len(both) >= 40
    assert max(abs(found[0][one] - found[1][one]) for one in both) < 0.05
