"""A sentence in two languages."""

from __future__ import annotations

from nlu.bilingual import Text

LEFT = Text("{count} left: {reason}", "剩 {count} 处：{reason}")


def test_any_language_but_chinese_gets_the_english_sentence() -> None:
    assert [LEFT.in_language(language) for language in ("zh", "en", "fr")] == [LEFT.zh, LEFT.en, LEFT.en]


def test_values_are_filled_in_and_a_text_among_them_in_its_own_language() -> None:
    filled = LEFT.format(count=3, reason=Text("too {long}", "过长"))
    assert filled == Text("3 left: too {long}", "剩 3 处：过长")
