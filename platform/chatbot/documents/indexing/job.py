"""What indexing a document for the first time and indexing it anew have in common."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from chatbot.documents.indexing.draft_reader import DraftReader
from chatbot.documents.indexing.passage_encoding import PassageEncoder
from chatbot.foundation.bilingual import Text
from chatbot.foundation.database import Database
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobFailed
from knowledge.chunking import ChunkSettings
from knowledge.errors import DocumentError, EmbeddingError
from knowledge.limits import ParseLimits

NOT_INDEXED = Text("This document could not be indexed. Try again later.", "文档索引失败，请稍后重试。")
FILE_LOST = Text("The uploaded file is no longer there. Upload it again.", "上传的文件已不存在，请重新上传。")


class IndexingJob:
    def __init__(
        self,
        database: Database,
        files: FileStore,
        encoder: PassageEncoder,
        *,
        chunk_settings: ChunkSettings = ChunkSettings(),
        limits: ParseLimits = ParseLimits(),
        observe: Callable[[int, float], None] | None = None,
    ) -> None:
        """`chunk_settings` are those of knowledge bases that have none of their own.

        `observe(chunks, seconds)` is told of every document that became ready for the first time.
        """
        self._database = database
        self._files = files
        self._encoder = encoder
        self._chunk_settings = chunk_settings
        self._limits = limits
        self._observe = observe or (lambda _chunks, _seconds: None)

    @asynccontextmanager
    async def _reading(self, path: Path, file_name: str, settings: ChunkSettings) -> AsyncIterator[DraftReader]:
        if not await asyncio.to_thread(path.is_file):
            raise JobFailed(FILE_LOST, "file_lost")
        reader = DraftReader(path, file_name, settings=settings, limits=self._limits)
        try:
            yield reader
        finally:
            await asyncio.to_thread(reader.close)


@contextmanager
def document_failures() -> Iterator[None]:
    """What is wrong with a document ends its job, in words for its people."""
    try:
        yield
    except DocumentError as error:
        raise JobFailed(Text(error.text.en, error.text.zh), error.code) from error
    except EmbeddingError as error:
        if error.retryable:
            raise
        raise JobFailed(NOT_INDEXED, "embedding_failed") from error


def not_indexed(failure: JobFailed) -> JobFailed:
    """What its people are told of it."""
    return failure.told_as(NOT_INDEXED, "indexing_failed")
