"""FAQs as tables that people edit in a spreadsheet: CSV or XLSX in, CSV or XLSX out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.bilingual import Text
from knowledge.errors import DocumentTypeUnsupported
from knowledge.faqs.table_cells import bare, guarded, joined, parts_of
from knowledge.limits import MEBIBYTE, ParseLimits
from knowledge.loaders.csv_table import csv_rows
from knowledge.loaders.xlsx import first_sheet
from knowledge.reading.workbook import workbook

MOST_ROWS = 2000
MOST_BYTES = 5 * MEBIBYTE
LONGEST_QUESTION = 500  # characters
LONGEST_ANSWER = 8000
LONGEST_TAG = 50
MOST_ALTERNATIVES = 50
MOST_TAGS = 20
_LIMITS = ParseLimits(inflated_bytes=32 * MEBIBYTE)  # read in the server's own process, so little
_HEADER = ("question", "answer", "alternatives", "tags")
EMPTY = Text("The table is empty.", "表格是空的。")
NO_QUESTION = Text("The question is missing.", "缺少问题。")
_NAMES = {
    "question": ("question", "问题", "標準問題", "标准问题", "标准问"),
    "answer": ("answer", "答案", "回答"),
    "alternatives": ("alternative", "alternatives", "alternative questions", "其他问法", "相似问", "相似问题"),
    "tags": ("tags", "tag", "标签"),
}


@dataclass(frozen=True, slots=True)
class FaqRow:
    """`number` is the row's in its table, as a spreadsheet shows it; 0 for one that comes from elsewhere."""

    question: str
    answer: str
    alternatives: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class TableFault:
    """What is wrong with a row."""

    number: int
    text: Text


class FaqTableInvalid(Exception):
    """Nothing of the table can be used before these faults are mended."""

    def __init__(self, *faults: TableFault) -> None:
        super().__init__("; ".join(f"row {fault.number}: {fault.text.en}" for fault in faults))
        self.faults = faults


def read_table(path: Path, file_name: str) -> list[FaqRow]:
    """The FAQs of a .csv, .tsv or .xlsx file whose first row names the columns, in any order.

    Alternatives are parted by `|`, or stand in several columns. Raises FaqTableInvalid with every faulty row, and
    knowledge.errors.DocumentError for a file that is no table.
    """
    suffix = Path(file_name).suffix.lower()
    if suffix not in (".csv", ".tsv", ".xlsx"):
        raise DocumentTypeUnsupported(
            "FAQs are read from .csv and .xlsx files.", "常见问题只能从 .csv 或 .xlsx 文件导入。"
        )
    read = first_sheet if suffix == ".xlsx" else csv_rows
    rows = [(number, cells) for number, cells in read(path, limits=_LIMITS) if any(cell.strip() for cell in cells)]
    if not rows:
        raise FaqTableInvalid(TableFault(1, EMPTY))
    number, header = rows[0]
    columns = list(_columns(header))
    missing = [name for name in ("question", "answer") if name not in columns]
    if missing:
        wanted, found = " and ".join(missing), "、".join(_NAMES[name][1] for name in missing)
        raise FaqTableInvalid(TableFault(number, nameless(wanted, found)))
    if len(rows) - 1 > MOST_ROWS:
        full = Text(f"A table may have {MOST_ROWS} FAQs.", f"一个表格最多 {MOST_ROWS} 条。")
        raise FaqTableInvalid(TableFault(rows[MOST_ROWS + 1][0], full))
    found_rows = [_row(number, columns, cells) for number, cells in rows[1:]]
    seen: dict[str, int] = {}
    faults = [TableFault(row.number, fault) for row in found_rows for fault in _faults(row, seen)]
    if faults:
        raise FaqTableInvalid(*faults)
    return found_rows


def nameless(columns: str, in_chinese: str) -> Text:
    """A first row that lacks these."""
    return Text(f"The first row must name the columns; {columns} is missing.", f"首行应为列名，缺少：{in_chinese}。")


def write_csv(rows: Sequence[FaqRow]) -> bytes:
    """UTF-8 with a byte order mark, without which Excel takes it for the local encoding. No cell is a formula."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(_cells(rows))
    return stream.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Sequence[FaqRow]) -> bytes:
    """A workbook of one sheet. No cell is a formula."""
    return workbook("FAQ", _cells(rows))


def _cells(rows: Sequence[FaqRow]) -> Iterator[list[str]]:
    yield list(_HEADER)
    for row in rows:
        yield [guarded(cell) for cell in (row.question, row.answer, joined(row.alternatives), joined(row.tags))]


def _columns(header: Sequence[str]) -> Iterator[str]:
    """Which of ours each column is, "" for none. Columns without a name go on with alternatives."""
    column = ""
    for name in header:
        plain = re.sub(r"\s*\d+$", "", name.strip().lower().replace("_", " "))
        if plain or column != "alternatives":
            column = next((ours for ours, names in _NAMES.items() if plain in names), "")
        yield column


def _row(number: int, columns: Sequence[str], cells: Sequence[str]) -> FaqRow:
    held: dict[str, list[str]] = {name: [] for name in _HEADER}
    for column, cell in zip(columns, cells, strict=False):
        if column:
            held[column].append(bare(cell))
    question = held["question"][0] if held["question"] else ""
    alternatives = [one for cell in held["alternatives"] for one in parts_of(cell) if one != question]
    return FaqRow(
        question=question,
        answer=held["answer"][0] if held["answer"] else "",
        alternatives=tuple(dict.fromkeys(alternatives)),
        tags=tuple(dict.fromkeys(one for cell in held["tags"] for one in parts_of(cell))),
        number=number,
    )


def _faults(row: FaqRow, seen: dict[str, int]) -> Iterator[Text]:
    if not row.question:
        yield NO_QUESTION
    if not row.answer:
        yield Text("The answer is missing.", "缺少答案。")
    if row.question and row.question in seen:
        yield asked_before(seen[row.question])
    seen.setdefault(row.question, row.number)
    if max(map(len, (row.question, *row.alternatives))) > LONGEST_QUESTION:
        yield long_question(LONGEST_QUESTION)
    if len(row.answer) > LONGEST_ANSWER:
        yield Text(f"An answer may have {LONGEST_ANSWER} characters.", f"答案最多 {LONGEST_ANSWER} 个字符。")
    if len(row.alternatives) > MOST_ALTERNATIVES:
        yield Text(
            f"A question may have {MOST_ALTERNATIVES} alternatives.", f"一个问题最多 {MOST_ALTERNATIVES} 种其他问法。"
        )
    if len(row.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in row.tags):
        yield Text(
            f"There may be {MOST_TAGS} tags of {LONGEST_TAG} characters.",
            f"最多 {MOST_TAGS} 个标签，每个不超过 {LONGEST_TAG} 个字符。",
        )


def long_question(most: int) -> Text:
    """It has more characters than that."""
    return Text(f"A question may have {most} characters.", f"问题最多 {most} 个字符。")


def asked_before(number: int) -> Text:
    """The question stands in that row as well."""
    return Text(f"The same question stands in row {number}.", f"与第 {number} 行的问题重复。")
