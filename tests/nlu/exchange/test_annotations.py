"""Entities written into sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.exchange.annotations import AnnotationUnreadable, read_annotated, write_annotated
from nlu.exchange.bot import Annotation


@pytest.mark.parametrize(
    ("written", "text", "annotations"),
    [
        ("no entity", "no entity", []),
        ("to [Berlin](city)", "to Berlin", [Annotation("city", 3, 9, "Berlin")]),
        ("去[京城](city:北京)吧", "去京城吧", [Annotation("city", 1, 3, "北京")]),
        (
            '[a]{"entity": "x", "value": "b", "role": "from", "group": "1"} [c](y)',
            "a c",
            [Annotation("x", 0, 1, "b", "from", "1"), Annotation("y", 2, 3, "c")],
        ),
        (
            '[two]{"entity": "n"} [x][{"entity": "a"}, {"entity": "b"}]',
            "two x",
            [Annotation("n", 0, 3, "two"), Annotation("a", 4, 5, "x"), Annotation("b", 4, 5, "x")],
        ),
        ("[not] (an entity)", "[not] (an entity)", []),
        ('[5]{"entity": "n", "value": 5}', "5", [Annotation("n", 0, 1, "5")]),
    ],
)
def test_markup_becomes_offsets_in_the_plain_sentence(written: str, text: str, annotations: list[Annotation]) -> None:
    assert read_annotated(written) == (text, tuple(annotations))


@pytest.mark.parametrize("written", ["[a]{entity: x}", '[a]{"role": "x"}', "[a]{'entity': 'x'}", '[a]{"entity": 5}'])
def test_braces_that_are_no_entity_are_refused(written: str) -> None:
    with pytest.raises(AnnotationUnreadable):
        read_annotated(written)


def test_overlapping_annotations_are_written_once() -> None:
    annotations = [Annotation("a", 0, 3, "abc"), Annotation("b", 1, 2, "b"), Annotation("c", 3, 4, "d")]
    assert write_annotated("abcd", annotations) == "[abc](a)[d](c)"


WORDS = st.text(alphabet="abc 中文,.!?", min_size=1, max_size=8)
NAMES = st.sampled_from(["city", "order_id", "日期"])


@given(st.lists(st.tuples(WORDS, NAMES, WORDS, st.sampled_from(["", "from"])), max_size=4), WORDS)
def test_what_is_written_reads_the_same(parts: list[tuple[str, str, str, str]], tail: str) -> None:
    text, annotations = "", []
    for words, name, value, role in parts:
        annotations.append(Annotation(name, len(text), len(text) + len(words), value, role))
        text += words + tail
    assert read_annotated(write_annotated(text, annotations)) == (text, tuple(annotations))
