"""An upload on its way to becoming a document: stored, looked at, and refused as early as that can be known."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import PurePath

from chatbot.foundation.errors import AppError, InvalidInput, UnsupportedDocument
from chatbot.foundation.files import FileStore, StoredFile, label
from chatbot.models import new_id
from knowledge.document import DocumentLoader
from knowledge.errors import DocumentError, DocumentTypeMismatch, DocumentTypeUnsupported
from knowledge.loaders import identify


async def receive(
    files: FileStore,
    tenant_id: str,
    content: AsyncIterator[bytes],
    *,
    file_name: str,
    title: str = "",
    language: str = "en",
    document_id: str | None = None,
) -> ReceivedDocument:
    """Store `content` under `document_id`, or a new id, and check that it is of a kind we read.

    Raises PayloadTooLarge; UnsupportedDocument or InvalidInput with the document error's code and its message in
    `language`. Nothing is stored then. What only parsing can tell makes a failed document later.
    """
    document_id, shown_name = document_id or new_id(), label(file_name)
    stored = await files.store(tenant_id, document_id, content)
    try:
        loader = await asyncio.to_thread(identify, files.path(tenant_id, document_id), shown_name)
    except DocumentError as error:
        await files.delete(tenant_id, document_id)
        raise _refusal(error, language) from error
    except BaseException:
        await files.delete(tenant_id, document_id)
        raise
    return ReceivedDocument(
        document_id=document_id,
        file=stored,
        file_name=shown_name,
        media_type=_media_type(loader, shown_name),
        title=title or title_of(shown_name),
    )


def _media_type(loader: DocumentLoader, file_name: str) -> str:
    """Of those that the loader reads, the one that the name says."""
    named, _ = mimetypes.guess_type(file_name, strict=False)
    return named if named in loader.media_types else loader.media_types[0]


def _refusal(error: DocumentError, language: str) -> AppError:
    message = error.message(language)
    is_kind = isinstance(error, DocumentTypeUnsupported | DocumentTypeMismatch)
    refusal = UnsupportedDocument(message) if is_kind else InvalidInput(message, field="file")
    refusal.code = error.code
    return refusal


async def once(content: bytes) -> AsyncIterator[bytes]:
    """As a stream of one block."""
    yield content


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """A file that lies in the FileStore under `document_id`, identified and not yet known to the database."""

    document_id: str
    file: StoredFile
    file_name: str  # a label
    media_type: str
    title: str


def title_of(file_name: str) -> str:
    """What a document is called when nobody said."""
    return PurePath(file_name).stem or file_name
