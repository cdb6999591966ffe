"""How sections become chunks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.chunking import ChunkSettings, chunk
from knowledge.document import ChunkDraft, Locator, Section, place_of
from knowledge.text.sentences import split_sentences
from knowledge.text.tokens import estimate_tokens
from nlu.language import detect_language

SMALL = ChunkSettings(max_tokens=40, overlap_tokens=12, min_tokens=8)
ENGLISH = " ".join(f"Sentence number {n} says something about the warranty." for n in range(30))
CHINESE = "".join(f"第{n}条规定说明了保修的范围。" for n in range(30))


def drafts(*sections: Section, using: ChunkSettings = SMALL) -> list[ChunkDraft]:
    return list(chunk(sections, language_of=detect_language, settings=using))


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_chunks_hold_whole_sentences_within_the_budget(text: str) -> None:
    found = drafts(Section(text))
    sentences = set(split_sentences(text))
    assert len(found) > 5
    for one in found:
        assert estimate_tokens(one.text) <= 1.15 * SMALL.max_tokens + 2
        assert set(split_sentences(one.text)) <= sentences
    assert [one.ordinal for one in found] == list(range(len(found)))


def test_a_cut_within_a_paragraph_repeats_the_last_sentence() -> None:
    found = drafts(Section(ENGLISH))
    for before, after in itertools.pairwise(found):
        assert split_sentences(before.text)[-1] == split_sentences(after.text)[0]


def test_rows_and_paragraphs_are_not_repeated() -> None:
    rows = "\n".join(f"Plan: size {n}; Price: {n} USD; Seats: {n * 5}" for n in range(20))
    assert "\n".join(one.text for one in drafts(Section(rows))) == rows


def test_a_chunk_ends_before_a_paragraph_that_does_not_fit() -> None:
    first, second = "One two three four five six seven. " * 3, "Alpha beta gamma delta epsilon zeta. " * 3
    assert [one.text for one in drafts(Section(f"{first.strip()}\n\n{second.strip()}"))] == [
        first.strip(),
        second.strip(),
    ]


def test_a_sentence_over_the_budget_is_cut_at_clauses() -> None:
    clauses = [f"条款{n}适用于全部门店以及线上渠道，" for n in range(12)]
    found = drafts(Section("".join(clauses)))
    assert "".join(one.text for one in found) == "".join(clauses)
    assert all(one.text.endswith("，") for one in found)


def test_text_without_any_boundary_is_cut_rather_than_kept_whole() -> None:
    for text in ("字" * 500, "x" * 3000):
        found = drafts(Section(text))
        assert "".join(one.text for one in found) == text
        assert all(estimate_tokens(one.text) <= 1.15 * SMALL.max_tokens for one in found)


def test_headings_are_not_crossed() -> None:
    found = drafts(
        Section("Leave\n\nFifteen days a year are granted to every employee.", Locator(heading=("Leave",))),
        Section("Travel\n\nTickets are to be booked early by the assistant.", Locator(heading=("Travel",))),
    )
    assert [one.locator.heading for one in found] == [("Leave",), ("Travel",)]


def test_a_bare_heading_goes_with_the_section_below_it() -> None:
    [found] = drafts(
        Section("# 员工手册", Locator(page=1, heading=("员工手册",))),
        Section("## 年假\n\n每年十五天。", Locator(page=2, heading=("员工手册", "年假"))),
    )
    assert found.text == "每年十五天。"  # the locator names the headings it begins with
    assert found.locator == Locator(page=2, heading=("员工手册", "年假"))
    assert found.language == "zh"


def test_a_sentence_that_a_page_break_cut_is_made_whole() -> None:
    [found] = drafts(
        Section("退货须在七天之内提出申请，逾期将", Locator(page=1)),
        Section("不再受理。\n\n另行通知。", Locator(page=2)),
    )
    assert found.text == "退货须在七天之内提出申请，逾期将不再受理。\n\n另行通知。"
    assert found.locator.page == 1
    [english] = drafts(Section("It must be re-", Locator(page=1)), Section("turned soon.", Locator(page=2)))
    assert english.text == "It must be returned soon."


def test_a_chunk_carries_the_page_on_which_it_starts() -> None:
    pages = [Section(f"Page {n} says this. " * 12, Locator(page=n)) for n in range(1, 6)]
    found = drafts(*pages)
    for one in found:
        assert one.text.startswith(f"Page {one.locator.page} says this.")


def test_sheets_and_slides_are_kept_apart() -> None:
    assert len(drafts(Section("a", Locator(slide=1)), Section("b", Locator(slide=2)))) == 2
    assert len(drafts(Section("a", Locator(sheet="x")), Section("b", Locator(sheet="y")))) == 2


def test_chunks_come_before_the_document_has_been_read_to_its_end() -> None:
    read = 0

    def pages() -> Iterator[Section]:
        nonlocal read
        for number in range(1, 100):
            read = number
            yield Section(ENGLISH, Locator(page=number))

    next(chunk(pages(), language_of=detect_language, settings=SMALL))
    assert read <= 2


def test_hashes_are_stable_and_tell_headings_apart() -> None:
    once, again = drafts(Section(ENGLISH)), drafts(Section(ENGLISH))
    assert once == again
    here, there = Section("x y z.", Locator(heading=("A",))), Section("x y z.", Locator(heading=("B",)))
    assert drafts(here)[0].content_hash != drafts(there)[0].content_hash
    assert len(once[0].content_hash) == 64


def test_an_edit_changes_only_the_hashes_around_it() -> None:
    paragraphs = [f"Paragraph {n} explains one more detail of the contract at hand and its terms." for n in range(30)]
    before = {one.content_hash for one in drafts(Section("\n\n".join(paragraphs)))}
    paragraphs[20] = paragraphs[20].replace("explains", "describes")
    after = {one.content_hash for one in drafts(Section("\n\n".join(paragraphs)))}
    assert len(after - before) <= 2


def test_ordinals_may_start_anywhere_and_empty_input_gives_nothing() -> None:
    assert next(chunk([Section("x")], language_of=detect_language, start_ordinal=7)).ordinal == 7
    assert drafts() == [] and drafts(Section(" \n")) == []


@pytest.mark.parametrize("values", [(10, 10, 1), (10, -1, 1), (10, 2, 11)])
def test_budgets_that_cannot_be_met_are_refused(values: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="must lie below"):
        ChunkSettings(*values)


LINES = st.text(alphabet="ab年假。. ，\n", min_size=1, max_size=80)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(LINES, st.integers(1, 3), st.sampled_from([(), ("Ωβ",), ("Ωβ", "Ωγ")])), max_size=6))
def test_no_word_is_lost_and_no_chunk_is_empty(parts: list[tuple[str, int, tuple[str, ...]]]) -> None:
    sections = [Section(text, Locator(page=page, heading=heading)) for text, page, heading in parts]
    tight = ChunkSettings(max_tokens=12, overlap_tokens=0, min_tokens=2)
    found = drafts(*sections, using=tight)
    assert all(one.text.strip() for one in found)
    joined = "".join("".join(one.text for one in found).split())
    assert joined == "".join("".join(section.text for section in sections).split())


def test_a_chunk_knows_where_another_page_or_row_begins_in_it() -> None:
    rows = [
        Section(f"Plan: {name}; Price: {name}0", Locator(sheet="Fees", row=2 + number))
        for number, name in enumerate("ABC")
    ]
    [found] = drafts(*rows)
    assert found.locator.row == 2
    assert [(found.text[at:][:7], row) for at, row in found.locator.breaks] == [("Plan: B", 3), ("Plan: C", 4)]
    assert [place_of(found.locator.to_json(), at)["row"] for at in (0, found.locator.breaks[1][0])] == [2, 4]
    pages = [
        Section("Setup\n\nOpen the box.", Locator(page=3, heading=("Setup",))),
        Section("Press start.", Locator(page=4, heading=("Setup",))),
    ]
    [told] = drafts(*pages)
    assert (told.text, told.locator.page, told.locator.breaks) == ("Open the box.\n\nPress start.", 3, ((15, 4),))
    assert Locator.from_json(told.locator.to_json()) == told.locator
