"""FAQs as tables: read with their faults named by row, written so that no cell is a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.errors import DocumentCorrupt, DocumentTypeUnsupported
from knowledge.faqs.table import MOST_ROWS, FaqRow, FaqTableInvalid, read_table, write_csv, write_xlsx
from knowledge.limits import ParseLimits
from knowledge.loaders.xlsx import first_sheet
from tests.factories_documents import write

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "=cmd|' /C calc'!A0", "'=1", "''@x")


def faults_of(folder: Path, content: str | bytes, name: str = "faqs.csv") -> list[tuple[int, str]]:
    with pytest.raises(FaqTableInvalid) as caught:
        read_table(write(folder, name, content), name)
    return [(fault.number, fault.text.en) for fault in caught.value.faults]


def test_columns_are_found_by_name_in_any_order_and_either_language(tmp_path: Path) -> None:
    english = write(
        tmp_path, "a.csv", "Tags,Answer,Question,Alternatives\nhr|leave,Ten days.,How much leave?,Leave? | Holidays?\n"
    )
    assert read_table(english, "a.csv") == [
        FaqRow("How much leave?", "Ten days.", ("Leave?", "Holidays?"), ("hr", "leave"), 2)
    ]
    chinese = write(
        tmp_path, "b.csv", "问题,答案,相似问,标签\n年假几天？,十天。,年假有多久|能休几天,人事\n".encode("gb18030")
    )
    assert read_table(chinese, "b.csv") == [FaqRow("年假几天？", "十天。", ("年假有多久", "能休几天"), ("人事",), 2)]


def test_alternatives_may_stand_in_several_columns_named_or_not(tmp_path: Path) -> None:
    table = write(tmp_path, "a.csv", "question,answer,alternative 1,alternative 2,,note\nQ?,A.,one,two,three,mine\n")
    assert read_table(table, "a.csv")[0].alternatives == ("one", "two", "three")


def test_every_faulty_row_is_named(tmp_path: Path) -> None:
    content = f"question,answer\n,No question.\nNo answer?,\n\nTwice?,a\nTwice?,b\n{'x' * 501},a\n"
    assert faults_of(tmp_path, content) == [
        (2, "The question is missing."),
        (3, "The answer is missing."),
        (6, "The same question stands in row 5."),
        (7, "A question may have 500 characters."),
    ]


def test_a_table_without_its_columns_or_with_too_many_rows_is_refused(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "") == [(1, "The table is empty.")]
    assert faults_of(tmp_path, "question,reply\nQ?,A.\n") == [
        (1, "The first row must name the columns; answer is missing.")
    ]
    many = "question,answer\n" + "".join(f"Q{n}?,A.\n" for n in range(MOST_ROWS + 1))
    assert faults_of(tmp_path, many) == [(MOST_ROWS + 2, f"A table may have {MOST_ROWS} FAQs.")]


def test_what_is_no_table_is_refused_as_a_document_is(tmp_path: Path) -> None:
    with pytest.raises(DocumentTypeUnsupported):
        read_table(write(tmp_path, "a.txt", "question,answer\n"), "a.txt")
    with pytest.raises(DocumentCorrupt):
        read_table(write(tmp_path, "a.xlsx", "question,answer\n"), "a.xlsx")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_exported_cell_begins_a_formula(tmp_path: Path, formula: str) -> None:
    rows = [FaqRow(formula, formula, (formula,), (formula,))]
    exported = list(csv.reader(io.StringIO(write_csv(rows).decode("utf-8-sig"), newline="")))
    workbook = first_sheet(write(tmp_path, "a.xlsx", write_xlsx(rows)), limits=ParseLimits())
    for cells in (exported[1], workbook[1][1]):
        assert all(cell.startswith("'") for cell in cells)


TEXT = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp")) | st.sampled_from("\n|\\'=+-@"), min_size=1, max_size=12
)
CLEAN = TEXT.map(str.strip).filter(bool)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    question=CLEAN,
    answer=CLEAN,
    alternatives=st.lists(CLEAN, unique=True, max_size=3),
    suffix=st.sampled_from(("csv", "xlsx")),
)
def test_what_is_exported_comes_back(
    tmp_path: Path, question: str, answer: str, alternatives: list[str], suffix: str
) -> None:
    row = FaqRow(question, answer, tuple(one for one in alternatives if one != question), ("a|b", "c"))
    name = f"faqs.{suffix}"
    read = read_table(write(tmp_path, name, write_csv([row]) if suffix == "csv" else write_xlsx([row])), name)
    assert [FaqRow(one.question, one.answer, one.alternatives, one.tags) for one in read] == [row]
