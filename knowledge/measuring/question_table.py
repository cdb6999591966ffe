"""Test questions as a CSV table: what is asked, which documents answer it, in which language."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.bilingual import Text
from knowledge.faqs.table import (
    EMPTY,
    NO_QUESTION,
    FaqTableInvalid,
    TableFault,
    asked_before,
    long_question,
    nameless,
)
from knowledge.faqs.table_cells import bare, guarded, joined, parts_of
from knowledge.limits import MEBIBYTE, ParseLimits
from knowledge.loaders.csv_table import csv_rows

MOST_QUESTIONS = 2000  # of a test set
LONGEST_QUESTION = 4000  # characters
MOST_EXPECTED = 50
MOST_TABLE_BYTES = 5 * MEBIBYTE
FULL = Text(f"A test set may have {MOST_QUESTIONS} questions.", f"一个测试集最多 {MOST_QUESTIONS} 个问题。")
_HEADER = ("question", "expected", "language")
_NAMES = {
    "question": ("question", "问题"),
    "expected": ("expected", "expected documents", "documents", "期望文档", "应有文档", "文档"),
    "language": ("language", "语言"),
}
_LANGUAGES = {"": "", "zh": "zh", "en": "en", "中文": "zh", "英文": "en", "chinese": "zh", "english": "en"}


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """`expected` are titles or ids, none for a question that must be refused; `language` is empty until detected."""

    question: str
    expected: tuple[str, ...] = ()
    language: str = ""
    number: int = 0  # the row's in its table, as a spreadsheet shows it


def read_questions(path: Path) -> list[QuestionRow]:
    """The rows of a CSV file whose first row names the columns, in any order.

    Raises FaqTableInvalid with every faulty row, and knowledge.errors.DocumentError for a file that is no table.
    """
    limits = ParseLimits(inflated_bytes=MOST_TABLE_BYTES)
    rows = [(number, cells) for number, cells in csv_rows(path, limits=limits) if any(cell.strip() for cell in cells)]
    if not rows:
        raise FaqTableInvalid(TableFault(1, EMPTY))
    number, header = rows[0]
    columns = [_column(name) for name in header]
    for wanted in ("question", "expected"):
        if wanted not in columns:
            raise FaqTableInvalid(TableFault(number, nameless(wanted, _NAMES[wanted][-1])))
    if len(rows) - 1 > MOST_QUESTIONS:
        raise FaqTableInvalid(TableFault(rows[MOST_QUESTIONS + 1][0], FULL))
    found = [_row(number, columns, cells) for number, cells in rows[1:]]
    seen: dict[str, int] = {}
    faults = [TableFault(row.number, fault) for row in found for fault in _faults(row, seen)]
    if faults:
        raise FaqTableInvalid(*faults)
    return found


def write_questions(rows: Sequence[QuestionRow]) -> bytes:
    """UTF-8 with a byte order mark, without which Excel takes it for the local encoding. No cell is a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_HEADER)
    for row in rows:
        writer.writerow([guarded(cell) for cell in (row.question, joined(row.expected), row.language)])
    return stream.getvalue().encode("utf-8-sig")


def _column(name: str) -> str:
    plain = re.sub(r"[\s_]+", " ", name.strip().lower())
    return next((ours for ours, names in _NAMES.items() if plain in names), "")


def _row(number: int, columns: Sequence[str], cells: Sequence[str]) -> QuestionRow:
    held = {column: bare(cell) for column, cell in zip(columns, cells, strict=False) if column}
    return QuestionRow(
        question=held.get("question", ""),
        expected=tuple(dict.fromkeys(parts_of(held.get("expected", "")))),
        language=_LANGUAGES.get(held.get("language", "").lower(), "?"),
        number=number,
    )


def _faults(row: QuestionRow, seen: dict[str, int]) -> Iterator[Text]:
    if not row.question:
        yield NO_QUESTION
    elif row.question in seen:
        yield asked_before(seen[row.question])
    seen.setdefault(row.question, row.number)
    if len(row.question) > LONGEST_QUESTION:
        yield long_question(LONGEST_QUESTION)
    if len(row.expected) > MOST_EXPECTED:
        yield Text(f"At most {MOST_EXPECTED} documents may be expected.", f"期望文档最多 {MOST_EXPECTED} 个。")
    if row.language == "?":
        yield Text("The language must be zh or en.", "语言只能是 zh 或 en。")
