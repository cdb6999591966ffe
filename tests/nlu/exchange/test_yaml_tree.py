"""YAML that other people wrote: lines are known, nothing is built, nothing blows up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.report import Notices
from nlu.exchange.yaml_tree import Node, fields_of, items_of, lines_of, read_yaml, text_of


def parsed(text: str, notices: Notices | None = None) -> Node | None:
    return read_yaml("bot.yml", text, notices or Notices())


def refusal(text: str) -> ExchangeInvalid:
    with pytest.raises(ExchangeInvalid) as caught:
        parsed(text)
    assert caught.value.place.file == "bot.yml"
    return caught.value


def test_every_value_knows_its_line() -> None:
    fields = fields_of(parsed("a: 1\nb:\n  - x\n  - y: z\nc: |\n  - one\n  - two\n"))
    assert [node.line for node in items_of(fields["b"])] == [3, 4]
    assert list(lines_of(fields["c"])) == [(6, "- one"), (7, "- two")]


def test_words_that_old_yaml_takes_for_truth_stay_words() -> None:
    assert [text_of(node) for node in items_of(parsed("[yes, no, on, off, 012, 1.0, true]"))] == [
        "yes",
        "no",
        "on",
        "off",
        "012",
        "1.0",
        "true",
    ]


def test_null_is_no_text_unless_quoted() -> None:
    assert [text_of(node) for node in items_of(parsed("[null, ~, 'null', ]"))] == ["", "", "null"]


def test_anchors_and_merged_mappings_are_followed() -> None:
    fields = fields_of(parsed("base: &b {a: 1, c: 2}\nown:\n  <<: *b\n  a: 3\n"))
    assert {name: text_of(node) for name, node in fields_of(fields["own"]).items()} == {"a": "3", "c": "2"}


def test_a_key_that_stands_twice_is_told_and_the_later_one_counts() -> None:
    notices = Notices()
    assert text_of(fields_of(parsed("a: 1\na: 2\n", notices))["a"]) == "2"
    assert [(notice.place.line, notice.code) for notice in notices.sorted()] == [(2, "key_twice")]


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['exit 1']",
        "a: !!python/name:os.system",
        "a: !include other.yml",
        "!custom {a: 1}",
    ],
)
def test_tags_build_nothing_and_are_told(text: str) -> None:
    notices = Notices()
    parsed(text, notices)
    assert [notice.code for notice in notices.sorted()] == ["tag_ignored"]


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "too many values" in refusal("\n".join(lines)).reason.en


def test_deep_nesting_is_refused() -> None:
    assert "too deeply" in refusal("[" * 200 + "]" * 200).reason.en


def test_an_anchor_inside_itself_is_refused() -> None:
    assert refusal("a: &a [*a]").place.line == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3),
        ("a: 1\n  b: 2\n", 2),
        ('a: "unfinished\n', 2),
        ("a: *nowhere\n", 1),
        ("? [a]\n: 1\n", 1),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line(text: str, line: int) -> None:
    error = refusal(text)
    assert error.place.line == line
    assert error.message("en").startswith(f"bot.yml:{line}: ")
    assert error.message("zh") != error.message("en")


@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"#\n ,?%@`\t\\<0é中\x07"), max_size=80))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        parsed(text)
    except ExchangeInvalid as error:
        assert error.place.file == "bot.yml"
