"""Tables that come as a file: how the OpenAPI description puts it, how they are taken, how they are refused."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from fastapi import Request
from starlette.datastructures import UploadFile

from chatbot.edge.problems import documented
from chatbot.foundation.errors import InvalidInput, PayloadTooLarge
from chatbot.foundation.files import label
from knowledge.errors import DocumentError
from knowledge.faqs.table import FaqTableInvalid

Rows = TypeVar("Rows")

TABLE_UPLOAD: dict[str, object] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
TABLE_TOO_LARGE: dict[int | str, dict[str, object]] = {413: documented("The table is too large.")}


async def uploaded_table(
    request: Request, read: Callable[[Path, str], Rows], *, most_bytes: int, language: str, row_word: str
) -> Rows:
    """What `read(path, file name)` makes of the part `file`; `row_word` is how a row is named when it is at fault.

    Raises InvalidInput with the rows' faults in `language`, and PayloadTooLarge.
    """
    content, name = await _received(request, most_bytes)
    try:
        return await asyncio.to_thread(_read, content, name, read)
    except FaqTableInvalid as error:
        raise faulty_table(error, language, row_word) from error
    except DocumentError as error:
        refusal = InvalidInput(error.message(language), field="file")
        refusal.code = error.code
        raise refusal from error


def faulty_table(error: FaqTableInvalid, language: str, row_word: str) -> InvalidInput:
    """Which rows are at fault, and that nothing was imported."""
    faults = [(f"{row_word} {fault.number}", fault.zh if language == "zh" else fault.en) for fault in error.faults]
    if language == "zh":
        return InvalidInput(f"表格中有 {len(faults)} 处错误，未导入任何内容。", faults=faults)
    plural = "s" if len(faults) > 1 else ""
    return InvalidInput(f"Nothing was imported: the table has {len(faults)} fault{plural}.", faults=faults)


async def _received(request: Request, most_bytes: int) -> tuple[bytes, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise InvalidInput("Send multipart/form-data with a `file`.", field="file")
    async with request.form(max_files=1, max_fields=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise InvalidInput("Send the table as the part `file`, with a file name.", field="file")
        content = await file.read(most_bytes + 1)
        name = label(file.filename)
    if len(content) > most_bytes:
        raise PayloadTooLarge(f"A table may have {most_bytes // 2**20} MiB.")
    return content, name


def _read(content: bytes, name: str, read: Callable[[Path, str], Rows]) -> Rows:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(content)
        return read(path, name)
