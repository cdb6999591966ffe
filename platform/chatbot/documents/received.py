"""A file on its way to becoming a document: stored, looked at, and refused as early as that can be known."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from chatbot.foundation.bilingual import Text
from chatbot.foundation.errors import AppError, InvalidInput, UnsupportedDocument
from chatbot.foundation.files import FileStore, StoredFile, label
from chatbot.models import new_id
from knowledge.document import DocumentLoader
from knowledge.errors import DocumentError, DocumentTypeMismatch, DocumentTypeUnsupported
from knowledge.loaders import identify


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, or a text that stands for one; `title` where somebody gave it one."""

    content: AsyncIterator[bytes]
    file_name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """A file that lies in the FileStore under `document_id`, identified and not yet known to the database."""

    document_id: str
    file: StoredFile
    file_name: str  # a label
    media_type: str
    title: str

    @property
    def columns(self) -> dict[str, Any]:
        """What a document's row says of its file."""
        return {
            "file_name": self.file_name,
            "media_type": self.media_type,
            "size": self.file.size,
            "sha256": self.file.sha256,
        }


async def receive(
    files: FileStore, tenant_id: str, upload: Upload, *, document_id: str | None = None
) -> ReceivedDocument:
    """Store the content under `document_id`, or a new id, and check that it is of a kind we read.

    Raises PayloadTooLarge; UnsupportedDocument or InvalidInput with the document error's code. Nothing is stored then.
    What only parsing can tell makes a failed document later.
    """
    document_id, shown_name = document_id or new_id(), label(upload.file_name)
    stored = await files.store(tenant_id, document_id, upload.content)
    async with undone_on_failure(files, tenant_id, document_id):
        try:
            loader = await asyncio.to_thread(identify, files.path(tenant_id, document_id), shown_name)
        except DocumentError as error:
            raise _refusal(error) from error
    title = upload.title or PurePath(shown_name).stem or shown_name
    return ReceivedDocument(document_id, stored, shown_name, _media_type(loader, shown_name), title)


@asynccontextmanager
async def undone_on_failure(files: FileStore, tenant_id: str, document_id: str) -> AsyncIterator[None]:
    """The file goes when what would make it a document fails."""
    try:
        yield
    except BaseException:
        await files.delete(tenant_id, document_id)
        raise


async def once(content: bytes) -> AsyncIterator[bytes]:
    """As a stream of one block."""
    yield content


def _media_type(loader: DocumentLoader, file_name: str) -> str:
    """Of those that the loader reads, the one that the name says."""
    named, _ = mimetypes.guess_type(file_name, strict=False)
    return named if named in loader.media_types else loader.media_types[0]


def _refusal(error: DocumentError) -> AppError:
    text = Text(error.text.en, error.text.zh)
    is_kind = isinstance(error, DocumentTypeUnsupported | DocumentTypeMismatch)
    refusal = UnsupportedDocument(text) if is_kind else InvalidInput(text, field="file")
    refusal.code = error.code
    return refusal
