"""A sentence in both languages is kept in one column, as it always was."""

from __future__ import annotations

import pytest

from chatbot.foundation.bilingual import Text


def test_a_reader_gets_their_own_language_and_english_where_there_is_no_other() -> None:
    text = Text("It is {state}.", "状态：{state}").format(state="late")
    assert (text.in_language("en"), text.in_language("zh")) == ("It is late.", "状态：late")
    assert Text("It is late.").in_language("zh") == "It is late."


@pytest.mark.parametrize("text", [Text("It is late."), Text("It is late.", "晚了。"), Text(""), Text("a", "乙\n丙")])
def test_what_a_column_keeps_is_read_back(text: Text) -> None:
    assert Text.of_column(text.to_column()) == text


@pytest.mark.parametrize(
    ("kept", "en", "zh"),
    [
        ("It is late.\n晚了。", "It is late.", "晚了。"),
        ("It is late.", "It is late.", "It is late."),
        ("It is late.\n", "It is late.", "It is late."),
        (None, "", ""),
    ],
)
def test_rows_of_earlier_releases_say_the_same(kept: str | None, en: str, zh: str) -> None:
    text = Text.of_column(kept)
    assert (text.in_language("en"), text.in_language("zh")) == (en, zh)


def test_english_of_several_lines_does_not_pass_for_chinese() -> None:
    text = Text("It could not be fetched: first\nsecond.", "无法获取：first\nsecond。")
    assert Text.of_column(text.to_column()) == Text("It could not be fetched: first second.", text.zh)


def test_a_release_before_this_one_reads_what_is_kept_now() -> None:
    english, _, chinese = Text("It is late.", "晚了。").to_column().partition("\n")
    assert (english, chinese) == ("It is late.", "晚了。")
