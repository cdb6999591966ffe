"""The index of one knowledge base: changes seen whole, filters, replacements, and a plain list as its model."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index import KnowledgeIndex
from knowledge.index.fusion import fitted_fusion
from knowledge.retrieval import Vectors, VectorStore
from knowledge.vector_stores import create_vector_store
from tests.knowledge.hashed_words import HashedWords, hashed_pair, indexed


def index_over(
    embedder: RoutedEmbedder | None = None, *, name: str = "acme/handbook", store: VectorStore | None = None
) -> KnowledgeIndex:
    return KnowledgeIndex(name, embedder or hashed_pair(), store or create_vector_store("faiss"), fitted_fusion())


def found(index: KnowledgeIndex, question: str, *, language: str = "en", limit: int = 5) -> list[str]:
    return [hit.chunk_id for hit in index.search(question, language=language, limit=limit)]


def test_the_chunk_that_speaks_of_it_comes_first_in_both_languages() -> None:
    pair = hashed_pair()
    index = index_over(pair)
    index.apply(
        [
            indexed(pair, "leave", "Employees get ten days of annual leave."),
            indexed(pair, "password", "Reset your password on the account page."),
            indexed(pair, "年假", "员工每年享有带薪年假十天。", language="zh"),
            indexed(pair, "报销", "请在系统里提交报销单。", language="zh"),
        ],
        [],
        revision=7,
    )
    assert found(index, "How many days of annual leave?")[0] == "leave"
    assert found(index, "年假有几天?", language="zh")[0] == "年假"
    assert (index.revision, len(index), "leave" in index) == (7, 4, True)


def test_every_score_is_a_probability_and_the_best_comes_first() -> None:
    pair = hashed_pair()
    index = index_over(pair)
    index.apply([indexed(pair, f"c{place}", f"annual leave rule {place}") for place in range(30)], [], revision=1)
    hits = index.search("annual leave rule 7", language="en", limit=10)
    assert len(hits) == 10
    assert hits[0].chunk_id == "c7"
    assert all(0.0 <= hit.score <= 1.0 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_replaced_chunk_answers_with_its_new_text_only() -> None:
    pair = hashed_pair()
    index = index_over(pair)
    index.apply([indexed(pair, "c", "annual leave is ten days")], [], revision=1)
    index.apply([indexed(pair, "c", "the canteen opens at noon")], [], revision=2)
    assert len(index) == 1
    hit = index.search("annual leave", language="en", limit=5)[0]
    assert hit.lexical == 0.0
    assert index.search("canteen noon", language="en", limit=5)[0].lexical > 0


def test_a_deleted_chunk_is_found_by_neither_side_and_its_deletion_may_be_repeated() -> None:
    pair = hashed_pair()
    index = index_over(pair)
    index.apply([indexed(pair, "a", "annual leave"), indexed(pair, "b", "canteen")], [], revision=1)
    index.apply([], ["a", "nobody"], revision=2)
    index.apply([], ["a"], revision=3)
    assert found(index, "annual leave") == ["b"]
    assert index.revision == 3


def test_a_chunk_both_brought_and_deleted_in_one_change_is_gone() -> None:
    pair = hashed_pair()
    index = index_over(pair)
    index.apply([indexed(pair, "a", "annual leave")], ["a"], revision=1)
    assert len(index) == 0
    assert found(index, "annual leave") == []


def test_a_chunk_twice_in_one_change_is_refused_and_nothing_changes() -> None:
    pair = hashed_pair()
    index = index_over(pair)
    index.apply([indexed(pair, "a", "annual leave")], [], revision=1)
    with pytest.raises(ValueError, match="once"):
        index.apply([indexed(pair, "b", "one"), indexed(pair, "b", "two")], [], revision=2)
    assert (len(index), index.revision) == (1, 1)


def test_a_search_among_documents_finds_only_theirs() -> None:
    pair = hashed_pair()
    index = index_over(pair)
    index.apply(
        [indexed(pair, f"c{place}", f"annual leave {place}", document=f"d{place % 3}") for place in range(30)],
        [],
        revision=1,
    )
    hits = index.search("annual leave", language="en", limit=30, document_ids={"d1", "nobody"})
    assert {hit.chunk_id for hit in hits} == {f"c{place}" for place in range(1, 30, 3)}
    assert index.search("annual leave", language="en", limit=5, document_ids={"nobody"}) == []
    assert index.search("annual leave", language="en", limit=5, document_ids=set()) == []


def test_two_knowledge_bases_of_one_store_never_see_each_other() -> None:
    pair, store = hashed_pair(), create_vector_store("faiss")
    mine, theirs = index_over(pair, name="a/kb", store=store), index_over(pair, name="b/kb", store=store)
    mine.apply([indexed(pair, "mine", "annual leave")], [], revision=1)
    theirs.apply([indexed(pair, "theirs", "annual leave")], [], revision=1)
    assert found(mine, "annual leave") == ["mine"]
    mine.drop()
    assert found(theirs, "annual leave") == ["theirs"]


def test_a_chunk_without_a_vector_of_all_languages_is_still_found_by_its_words() -> None:
    pair = hashed_pair()
    index = index_over(pair)
    old = indexed(pair, "en", "Error E4711 means the disk is full.")
    index.apply([replace(old, vectors={"en@test": old.vectors["en@test"]})], [], revision=1)
    hit = index.search("E4711 是什么意思", language="zh", limit=3)[0]
    assert (hit.chunk_id, hit.dense) == ("en", 0.0)
    assert hit.lexical > 0


def test_a_question_finds_what_documents_in_another_language_mean(embedder: RoutedEmbedder) -> None:
    index = index_over(embedder)
    texts = {
        "leave": ("en", "Employees get ten days of annual leave."),
        "parking": ("en", "Parking permits cost 20 euros a month."),
        "断网": ("zh", "无线网络断开时，请重启路由器。"),
        "报销": ("zh", "请在出差结束后十天内提交报销单。"),
    }
    index.apply(
        [indexed(embedder, one, text, language=language) for one, (language, text) in texts.items()], [], revision=1
    )
    for question, language, wanted in (
        ("停车证多少钱", "zh", "parking"),
        ("我有几天年假？", "zh", "leave"),
        ("The wireless network is down, what shall I do?", "en", "断网"),
        ("How do I submit an expense report after a business trip?", "en", "报销"),
    ):
        assert found(index, question, language=language)[0] == wanted


def test_a_question_is_put_to_the_shared_space_only_where_it_can_find_something() -> None:
    asked: list[str] = []

    class Across(HashedWords):
        def encode_queries(self, texts: Sequence[str]) -> Vectors:
            asked.extend(texts)
            return super().encode_queries(texts)

    routed = RoutedEmbedder({"en": HashedWords("en"), "zh": HashedWords("zh")}, across=Across("both"))
    index = index_over(routed)
    english = indexed(routed, "en", "Parking costs 20 euros a month.", heading="Parking costs")
    index.apply([english], [], revision=1)
    index.search("nothing like it", language="en", limit=3)
    assert asked == []  # nothing here is in another language
    index.apply([indexed(routed, "zh", "停车每月二十欧元。", language="zh")], [], revision=2)
    index.search("Parking costs a month", language="en", limit=3)
    assert asked == ["Parking costs a month"]


def test_a_heading_is_part_of_what_is_searched() -> None:
    pair = hashed_pair()
    index = index_over(pair)
    index.apply(
        [
            indexed(pair, "a", "Fifteen days each year.", heading="Handbook / Annual leave"),
            indexed(pair, "b", "Fifteen days each year.", heading="Handbook / Parking"),
        ],
        [],
        revision=1,
    )
    assert found(index, "annual leave")[0] == "a"


@pytest.mark.parametrize("question", ["", "   ", "？", "\ud800", "😀", "x" * 4000, "\x00", "the of and"])
def test_odd_questions_are_no_error(question: str) -> None:
    pair = hashed_pair()
    index = index_over(pair)
    assert index.search(question, language="en", limit=3) == []
    index.apply([indexed(pair, "a", "annual leave")], [], revision=1)
    for hit in index.search(question, language="en", limit=3):
        assert 0.0 <= hit.score <= 1.0


def test_memory_grows_with_what_is_indexed() -> None:
    pair = hashed_pair()
    index = index_over(pair)
    before = index.nbytes
    index.apply([indexed(pair, f"c{place}", "annual leave " * 20) for place in range(50)], [], revision=1)
    assert index.nbytes > before + 50 * 200


def test_a_query_beside_changes_sees_a_whole_revision() -> None:
    """Every revision holds ten chunks of one generation; a query that mixed two would show two generations."""
    pair = hashed_pair()
    index = index_over(pair)
    generations = [
        [indexed(pair, f"g{generation}-{place}", f"annual leave rule {place}") for place in range(10)]
        for generation in range(12)
    ]
    index.apply(generations[0], [], revision=0)
    mixed: list[set[str]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            seen = {chunk.split("-")[0] for chunk in found(index, "annual leave rule 3", limit=20)}
            if len(seen) != 1:
                mixed.append(seen)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for revision in range(1, len(generations)):
        index.apply(generations[revision], [one.chunk_id for one in generations[revision - 1]], revision=revision)
    done.set()
    for thread in threads:
        thread.join()
    assert not mixed
    assert {chunk.split("-")[0] for chunk in found(index, "annual leave", limit=20)} == {"g11"}


WORDS = ["leave", "password", "refund", "invoice", "parking", "年假", "报销"]
STEP = st.tuples(
    st.dictionaries(st.integers(0, 8), st.sampled_from(WORDS), max_size=4), st.sets(st.integers(0, 8), max_size=3)
)


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(STEP, max_size=8))
def test_any_sequence_of_changes_leaves_what_a_dictionary_would_hold(
    steps: list[tuple[dict[int, str], set[int]]],
) -> None:
    pair = hashed_pair()
    index = index_over(pair)
    model: dict[str, str] = {}
    for revision, (added, removed) in enumerate(steps, 1):
        chunks = [indexed(pair, f"c{place}", f"{word} rules") for place, word in added.items()]
        index.apply(chunks, [f"c{place}" for place in removed], revision=revision)
        model.update({f"c{place}": word for place, word in added.items()})
        for place in removed:
            model.pop(f"c{place}", None)
    assert len(index) == len(model)
    for word in WORDS:
        hits = index.search(word, language="en", limit=20)
        assert {hit.chunk_id for hit in hits if hit.lexical > 0} == {one for one, held in model.items() if held == word}
        assert {hit.chunk_id for hit in hits} <= set(model)
