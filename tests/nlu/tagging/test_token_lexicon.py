from __future__ import annotations

import pytest

from nlu.tagging.token_lexicon import TokenLexicon

LEXICON = TokenLexicon.learn(
    [
        ("song", ("let", "it", "be")),
        ("song", ("yesterday",)),
        ("date", ("yesterday",)),
        ("singer", ("let", "it")),
    ]
)


def test_a_known_value_marks_its_tokens_with_its_slots() -> None:
    assert LEXICON.marks(["play", "yesterday"]) == [[], ["B1", "E1", "B1date", "E1date", "B1song", "E1song"]]


def test_a_slots_longest_value_is_marked_and_the_longest_of_all_without_a_slot() -> None:
    begin, middle, end = LEXICON.marks(["let", "it", "be"])
    assert begin == ["B3", "B3song", "B2singer"]
    assert middle == ["I", "Isong", "Isinger", "E2singer"]
    assert end == ["I", "E3", "Isong", "E3song"]


def test_a_hidden_value_is_read_as_if_it_were_unknown() -> None:
    assert LEXICON.marks(["yesterday"], [("song", ("yesterday",))]) == [["B1", "E1", "B1date", "E1date"]]
    assert LEXICON.marks(["yesterday"], [("song", ("yesterday",)), ("date", ("yesterday",))]) == [[]]


def test_it_is_stored_whole_and_holds_no_words() -> None:
    arrays, names = LEXICON.arrays()
    again = TokenLexicon.from_arrays(arrays, names)
    words = ["let", "it", "be", "yesterday"]
    assert again.marks(words) == LEXICON.marks(words)
    assert len(again) == len(LEXICON) == 3
    assert all(array.dtype.kind == "u" for array in arrays.values())


def test_parts_that_do_not_fit_each_other_are_refused() -> None:
    arrays, names = LEXICON.arrays()
    with pytest.raises(IndexError):
        TokenLexicon.from_arrays(arrays, names[:1])
    with pytest.raises(ValueError, match="zip"):
        TokenLexicon.from_arrays(arrays | {"lexicon_slots": arrays["lexicon_slots"][:1]}, names)
    assert len(TokenLexicon.from_arrays(*TokenLexicon.learn([]).arrays())) == 0
