"""Words as the index and a question have them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.text.words import index_form, query_words, words_of


def test_english_is_stemmed_alike_in_text_and_question() -> None:
    assert set(query_words("resetting passwords")) <= set(words_of("He resets the Password."))


def test_chinese_is_found_however_its_sentence_is_cut() -> None:
    assert set(query_words("年假")) & set(words_of("员工每年享有带薪年假十天"))
    assert "年假" in query_words("年假有几天")


def test_traditional_and_full_width_writing_find_the_plain_one() -> None:
    assert set(query_words("資料庫ＡＢＣ１２")) <= set(words_of("资料库 abc12 abc 12"))
    assert "cafe" in words_of("Café")


def test_what_is_asked_weighs_more_than_how_it_is_asked() -> None:
    weights = query_words("How do I reset my password? 请问年假怎么申请")
    assert weights["password"] == 1.0
    assert weights["how"] < 0.5
    assert weights["申请"] == 1.0
    assert weights["怎么"] < 0.5
    assert "假怎" not in weights


def test_ascii_text_goes_to_the_index_as_it_is() -> None:
    assert index_form("Plain text.") == "Plain text."


def test_a_very_long_question_is_cut_to_its_first_words() -> None:
    assert len(query_words(" ".join(f"word{place}" for place in range(4000)))) < 200


@pytest.mark.parametrize("text", ["", "😀", "\x00", "\ud800", "。。。", "的"])
def test_text_without_words_is_no_error(text: str) -> None:
    assert isinstance(query_words(text), dict)
    assert isinstance(words_of(text), list)


def test_threads_may_analyse_together() -> None:
    texts = [f"Employees reset {place} passwords 年假申请" for place in range(300)]
    expected = [words_of(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(words_of, texts)) == expected
