"""A document that somebody sends.

Its body may take minutes to come: no transaction is open meanwhile, and none is begun for an unknown id.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

from chatbot.documents.documents import DocumentService
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.documents.received import Upload, receive, undone_on_failure
from chatbot.documents.repository import DocumentRepository
from chatbot.foundation.database import Database
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobQueue
from chatbot.models import Document


@dataclass(frozen=True, slots=True)
class Link:
    """An address that may be asked; without a title the document takes the page's own."""

    url: str
    title: str


class Intake:
    """A `body` is read when it is entered."""

    def __init__(self, database: Database, files: FileStore, jobs: JobQueue) -> None:
        self._database = database
        self._files = files
        self._jobs = jobs

    async def add(
        self,
        tenant_id: str,
        knowledge_base_id: str,
        body: AbstractAsyncContextManager[Upload | Link],
        *,
        allow_duplicate: bool,
    ) -> Document:
        """Raises what `receive` and `DocumentService.add` raise."""
        async with self._database.read(tenant_id) as session:
            await KnowledgeBaseRepository(session, tenant_id).get(knowledge_base_id)
        async with body as sent:
            if isinstance(sent, Link):
                async with self._database.write(tenant_id) as session:
                    documents = DocumentService(session, tenant_id, self._jobs)
                    return await documents.link(knowledge_base_id, sent.url, sent.title)
            received = await receive(self._files, tenant_id, sent)
        undoing = undone_on_failure(self._files, tenant_id, received.document_id)
        async with undoing, self._database.write(tenant_id) as session:
            documents = DocumentService(session, tenant_id, self._jobs)
            return await documents.add(knowledge_base_id, received, allow_duplicate=allow_duplicate)

    async def replace(
        self, tenant_id: str, knowledge_base_id: str, document_id: str, body: AbstractAsyncContextManager[Upload]
    ) -> Document:
        """A text without a name takes the document's. Raises what `receive` and `DocumentService.replace` raise."""
        async with self._database.read(tenant_id) as session:
            known = await DocumentRepository(session, tenant_id).in_knowledge_base(knowledge_base_id, document_id)
        async with body as upload:
            named = replace(upload, file_name=upload.file_name or f"{known.title}.txt")
            received = await receive(self._files, tenant_id, named)
        undoing = undone_on_failure(self._files, tenant_id, received.document_id)
        async with undoing, self._database.write(tenant_id) as session:
            return await DocumentService(session, tenant_id, self._jobs).replace(
                knowledge_base_id, document_id, received
            )
