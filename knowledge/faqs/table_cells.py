"""Cells of tables that people edit in a spreadsheet: never taken for a formula, lists parted by bars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# A spreadsheet takes a cell that begins so for a formula, in full width too. An apostrophe before it makes it text.
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_PART = re.compile(r"((?:\\[|\\]|[^|])*)(\||$)", re.DOTALL)
_ESCAPED = re.compile(r"\\([|\\])")


def guarded(cell: str) -> str:
    """With an apostrophe before what would be a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    """Stripped, and without the apostrophe that `guarded` put there."""
    cell = cell.replace("\r\n", "\n").strip()
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def joined(parts: Sequence[str]) -> str:
    """One cell of several texts."""
    return " | ".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def parts_of(cell: str) -> Iterator[str]:
    """What `joined` put together; empty parts are left out."""
    for match in _PART.finditer(cell):
        part = _ESCAPED.sub(r"\1", match[1]).strip()
        if part:
            yield part
