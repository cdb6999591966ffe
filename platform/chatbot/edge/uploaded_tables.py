"""Tables that come as a file: how the OpenAPI description puts it, how they are taken, how they are refused."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from fastapi import Request

from chatbot.edge.multipart import sent_file, upload_body
from chatbot.edge.problems import documented
from chatbot.foundation.bilingual import Text
from chatbot.foundation.errors import InvalidInput, PayloadTooLarge
from chatbot.foundation.files import label
from knowledge.errors import DocumentError
from knowledge.faqs.table import FaqTableInvalid

Rows = TypeVar("Rows")

TABLE_UPLOAD = upload_body()
TABLE_TOO_LARGE: dict[int | str, dict[str, object]] = {413: documented("The table is too large.")}


async def uploaded_table(
    request: Request, read: Callable[[Path, str], Rows], *, most_bytes: int, row_word: str
) -> Rows:
    """What `read(path, file name)` makes of the part `file`; `row_word` is how a row is named when it is at fault.

    Raises InvalidInput with the rows' faults, and PayloadTooLarge.
    """
    refusal = InvalidInput("Send multipart/form-data with a `file`.", field="file")
    async with sent_file(request, "table", refusal=refusal, most_fields=1) as sent:
        content = await sent.file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise PayloadTooLarge(f"A table may have {most_bytes // 2**20} MiB.")
    try:
        return await asyncio.to_thread(_read, content, label(sent.name), read)
    except FaqTableInvalid as error:
        raise faulty_table(error, row_word) from error
    except DocumentError as error:
        refusal = InvalidInput(Text(error.text.en, error.text.zh), field="file")
        refusal.code = error.code
        raise refusal from error


def faulty_table(error: FaqTableInvalid, row_word: str) -> InvalidInput:
    """Which rows are at fault, and that nothing was imported."""
    count = len(error.faults)
    detail = Text(
        f"Nothing was imported: the table has {count} fault{'s' if count > 1 else ''}.",
        f"表格中有 {count} 处错误，未导入任何内容。",
    )
    faults = [(f"{row_word} {fault.number}", Text(fault.text.en, fault.text.zh)) for fault in error.faults]
    return InvalidInput(detail, faults=faults)


def _read(content: bytes, name: str, read: Callable[[Path, str], Rows]) -> Rows:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(content)
        return read(path, name)
