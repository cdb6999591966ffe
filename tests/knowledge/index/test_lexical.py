"""The lexical side: weights that mean the same in a small and a large knowledge base."""

from __future__ import annotations

import pytest

from knowledge.index.lexical import LexicalEntry, LexicalIndex, LexicalMix

EVEN = LexicalMix(body=1.0, title=1.0, presence=1.0)
PRESENCE = LexicalMix(body=0.0, title=0.0, presence=1.0)


def index_of(*bodies: str, title: str = "") -> LexicalIndex:
    index = LexicalIndex()
    index.write([LexicalEntry(slot, slot, title, body) for slot, body in enumerate(bodies, 1)], [])
    index.publish()
    return index


def test_rare_words_decide() -> None:
    index = index_of("the leave policy", "the travel policy", "the office policy")
    assert next(slot for slot, _ in index.query("travel policy", EVEN).best(3)) == 2


def test_presence_is_the_share_of_the_question_that_stands_there() -> None:
    index = index_of("annual leave", "parking")
    scores = dict(index.query("annual leave", PRESENCE).best(5))
    assert scores == {1: pytest.approx(1.0)}
    half = dict(index.query("annual zebra", PRESENCE).best(5))
    assert 0.3 < half[1] < 0.6


def test_no_score_exceeds_the_sum_of_the_mix() -> None:
    index = index_of("leave leave leave leave", "x", title="leave")
    for _, score in index.query("leave", EVEN).best(5):
        assert 0 < score <= 3.0


@pytest.mark.parametrize("fillers", [0, 2, 2000])
def test_a_full_match_scores_alike_whatever_the_size_of_the_knowledge_base(fillers: int) -> None:
    body = "Employees get ten days of annual leave"
    index = index_of(body, *(f"filler text number {place} of the manual" for place in range(fillers)))
    scores = dict(index.query("annual leave days", EVEN).best(3))
    assert 1.2 < scores[1] < 2.2


def test_a_question_about_something_else_scores_low_even_in_a_single_passage() -> None:
    index = index_of("Employees get ten days of annual leave")
    for _, score in index.query("What is the capital of France?", EVEN).best(3):
        assert score < 0.4


def test_writes_are_seen_when_published_and_deletions_too() -> None:
    index = index_of("annual leave")
    index.write([LexicalEntry(2, 2, "", "annual report")], [1])
    assert [slot for slot, _ in index.query("annual", EVEN).best(5)] == [1]
    index.publish()
    assert [slot for slot, _ in index.query("annual", EVEN).best(5)] == [2]


def test_groups_and_slots_restrict() -> None:
    index = index_of("leave one", "leave two", "leave three")
    query = index.query("leave", EVEN)
    assert {slot for slot, _ in query.best(5, [2, 3])} == {2, 3}
    assert set(query.among([1, 3, 99])) == {1, 3}
    assert query.among([]) == {}


def test_chinese_is_found_by_words_cut_differently() -> None:
    index = index_of("员工每年享有带薪年假十天。", "请提交报销单。")
    assert [slot for slot, _ in index.query("年假有几天", EVEN).best(5)] == [1]
    assert [slot for slot, _ in index.query("報銷單", EVEN).best(5)] == [2]


def test_an_empty_index_and_a_question_without_words_find_nothing() -> None:
    assert LexicalIndex().query("leave", EVEN).best(5) == []
    assert index_of("leave").query("？！", EVEN).best(5) == []
