"""The ways of cutting a document besides by its headings."""

from __future__ import annotations

import pytest

from knowledge.chunking import ChunkSettings, chunk
from knowledge.document import Locator, Section
from nlu.language import detect_language

SECTIONS = (
    Section("# Fees\n\nParking costs ten euros.\nBicycles cost nothing at all.", Locator(page=1, heading=("Fees",))),
    Section("# Hours\n\nThe gate opens at six.", Locator(page=2, heading=("Hours",))),
)


def texts(strategy: str, max_tokens: int = 200) -> list[str]:
    settings = ChunkSettings(max_tokens=max_tokens, overlap_tokens=0, min_tokens=2, strategy=strategy)
    drafts = list(chunk(SECTIONS, language_of=detect_language, settings=settings))
    assert [draft.ordinal for draft in drafts] == list(range(len(drafts)))
    return [draft.text for draft in drafts]


def test_headings_part_chunks() -> None:
    assert len(texts("headings")) == 2


def test_fixed_lets_text_flow_over_headings() -> None:
    (text,) = texts("fixed")
    assert "Parking" in text
    assert "gate" in text


def test_rows_are_chunks_under_their_heading_and_headings_are_none() -> None:
    assert texts("rows") == ["Parking costs ten euros.", "Bicycles cost nothing at all.", "The gate opens at six."]
    drafts = list(chunk(SECTIONS, language_of=detect_language, settings=ChunkSettings(strategy="rows")))
    assert [draft.locator.heading for draft in drafts] == [("Fees",), ("Fees",), ("Hours",)]
    assert len({draft.content_hash for draft in drafts}) == 3


def test_a_row_that_is_too_long_is_cut_as_any_text_is() -> None:
    long = Section(" ".join(f"Sentence number {n} says something of its own." for n in range(40)))
    assert len(list(chunk([long], language_of=detect_language, settings=ChunkSettings(64, 0, 0, "rows")))) > 1


def test_a_strategy_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="strategy"):
        ChunkSettings(strategy="magic")
