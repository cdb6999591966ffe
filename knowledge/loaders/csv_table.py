"""CSV in any encoding, with commas, semicolons, tabs or bars: each row with the names of its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from knowledge.document import LoadedPart, Locator, StoredFile
from knowledge.errors import DocumentCorrupt
from knowledge.limits import ParseLimits
from knowledge.reading.charset import decode, read_bytes
from knowledge.reading.records import row_sections

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 20
_MAX_FIELD = 10_000_000  # characters


class CsvLoader:
    """Reads .csv and .tsv."""

    media_types: tuple[str, ...] = ("text/csv", "text/tab-separated-values")
    suffixes: tuple[str, ...] = (".csv", ".tsv")

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        rows = csv_rows(file, limits=limits)
        yield LoadedPart(tuple(row_sections(rows, Locator())), pages_done=1, pages_total=1)


def csv_rows(file: StoredFile, *, limits: ParseLimits) -> list[tuple[int, list[str]]]:
    """The rows with their numbers; raises knowledge.errors.DocumentError."""
    text = decode(read_bytes(file, limits=limits))
    csv.field_size_limit(_MAX_FIELD)
    try:
        return list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), start=1))
    except csv.Error as error:
        raise DocumentCorrupt() from error


def _delimiter(text: str) -> str:
    """The sign that parts most lines into equally many cells."""
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        usual = max(counts, key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    first = lines[0] if lines else ""
    return max(_DELIMITERS, key=lambda one: (one in first, *evenness(one)))
