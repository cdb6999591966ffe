"""How near each other a question's words stand in a passage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.index.word_order import AskedWords, Closeness, WordOrder, encoded
from knowledge.text.words import ordered_words, query_words


def asked(question: str) -> AskedWords:
    weights = query_words(question)
    return AskedWords(question, weights, dict.fromkeys(weights, 1.0))


def closeness(question: str, *passages: tuple[str, str]) -> list[Closeness]:
    order = WordOrder()
    order.append([encoded(heading, text) for heading, text in passages])
    return order.closeness(range(1, len(passages) + 1), asked(question))


def test_words_of_one_sentence_count_more_than_words_of_several() -> None:
    together, apart, none = closeness(
        "annual leave carried over",
        ("", "Annual leave may be carried over. Ask your manager."),
        ("", "Annual bonuses are paid in May. Parental leave is longer. Boxes are carried by two."),
        ("", "The canteen opens at noon."),
    )
    assert together.sentence == pytest.approx(1.0)
    assert 0 < apart.sentence < 0.5
    assert none == Closeness(0.0, 0.0)


def test_the_heading_belongs_to_every_sentence() -> None:
    with_heading, without = closeness(
        "annual leave of interns", ("Annual leave", "Managers get 30 days. Interns get ten."), ("", "Interns get ten.")
    )
    assert with_heading.sentence > 0.9 > without.sentence


def test_neighbours_count_where_they_are_neighbours_and_once() -> None:
    beside, apart, twice = closeness(
        "reset password",
        ("", "To reset passwords, call us."),
        ("", "A password that you reset."),
        ("", "Reset password. Reset password."),
    )
    assert [beside.pairs, apart.pairs, twice.pairs] == pytest.approx([1.0, 0.0, 1.0])


def test_chinese_counts_by_words_in_either_script() -> None:
    right, wrong = closeness(
        "员工年假有几天", ("", "員工年假為十五天。食堂十二點開飯。"), ("", "员工食堂很好。病假三天。")
    )
    assert right.sentence > wrong.sentence > 0
    assert ordered_words("员工享有ＶＰＮ") == ["员工", "享有", "vpn"]


def test_passages_and_questions_without_words_are_no_error() -> None:
    assert closeness("?!", ("", "text")) == [Closeness(0.0, 0.0)]
    assert closeness("leave", ("", ""), ("", "😀")) == [Closeness(0.0, 0.0)] * 2
    assert closeness("leave") == []
    assert closeness("leave " * 500 + " ".join(f"w{n}" for n in range(500)), ("", "leave"))[0].sentence > 0


def test_what_was_saved_is_mapped_and_can_be_added_to(tmp_path: Path) -> None:
    order = WordOrder()
    order.append([encoded("", "annual leave")])
    order.append([encoded("", "password reset"), encoded("", "parking")])
    order.save(tmp_path)
    loaded = WordOrder.load(tmp_path)
    loaded.append([encoded("", f"parking {n}") for n in range(40)])
    for slots, question in (([1, 2, 3], "password reset"), ([43, 3, 1], "parking 39")):
        found = loaded.closeness(slots, asked(question))
        assert int(np.argmax([one.sentence for one in found])) == (1 if question.startswith("password") else 0)
    (tmp_path / "again").mkdir()
    loaded.save(tmp_path / "again")
    assert WordOrder.load(tmp_path / "again").closeness([43], asked("parking 39"))[0].pairs == pytest.approx(1.0)
    assert loaded.nbytes > order.nbytes


def test_files_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    order = WordOrder()
    order.append([encoded("", "annual leave")])
    order.save(tmp_path)
    np.save(tmp_path / "words.npy", np.zeros(1, dtype=np.uint16))
    with pytest.raises(ValueError, match="do not go together"):
        WordOrder.load(tmp_path)
