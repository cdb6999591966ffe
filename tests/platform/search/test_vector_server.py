"""Replicas whose vectors lie on one Qdrant server."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.documents.knowledge_bases.bases import KnowledgeBaseService
from chatbot.foundation.database import Database
from chatbot.foundation.errors import ServiceUnavailable
from knowledge.vector_stores.qdrant_store import QdrantStore
from tests.factories import make_knowledge_base, make_tenant
from tests.platform.documents.knowledge_stack import knowledge_stack, until_no_job_waits
from tests.qdrant_server import QdrantServer

pytestmark = pytest.mark.qdrant


@pytest.fixture
def vectors(qdrant: QdrantServer) -> Iterator[QdrantStore]:
    made = QdrantStore(qdrant.url, prefix=f"test-{secrets.token_hex(4)}")
    yield made
    made.close()


async def test_every_replica_sees_a_document_and_its_deletion_at_once(
    sqlite_database: Database, tmp_path: Path, vectors: QdrantStore
) -> None:
    tenant = await make_tenant(sqlite_database)
    base = await make_knowledge_base(sqlite_database, tenant.id)
    async with (
        knowledge_stack(sqlite_database, tmp_path / "a", vectors=vectors) as writer,
        knowledge_stack(sqlite_database, tmp_path / "b", vectors=vectors, run_jobs=False) as reader,
    ):
        document_id = await writer.add(tenant.id, base.id, b"Parking is free.")
        await writer.until_over(tenant.id, document_id)
        for replica in (writer, reader):
            assert [one.text for one in await replica.ask(tenant.id, base.id, "parking")] == ["Parking is free."]
        await writer.delete(tenant.id, base.id, document_id)
        for replica in (reader, writer):
            assert await replica.ask(tenant.id, base.id, "parking") == []


async def test_no_answer_from_the_server_is_said_and_the_next_question_tries_again(
    sqlite_database: Database, tmp_path: Path, vectors: QdrantStore, qdrant: QdrantServer
) -> None:
    if qdrant.process is None:
        pytest.skip("NOT TESTED: the server that CHATBOT_TEST_QDRANT_URL names is not ours to stop")
    tenant = await make_tenant(sqlite_database)
    base = await make_knowledge_base(sqlite_database, tenant.id)
    async with knowledge_stack(sqlite_database, tmp_path, vectors=vectors) as stack:
        await stack.until_over(tenant.id, await stack.add(tenant.id, base.id, b"Parking is free."))
        assert await stack.ask(tenant.id, base.id, "parking")
        qdrant.stop()
        await stack.until_over(tenant.id, await stack.add(tenant.id, base.id, b"Parking needs a permit."))
        for _ in range(2):
            with pytest.raises(ServiceUnavailable):
                await stack.ask(tenant.id, base.id, "parking")
        qdrant.start()
        assert len(await stack.ask(tenant.id, base.id, "parking")) == 2


async def test_vectors_go_with_their_knowledge_base_and_no_other(
    sqlite_database: Database, tmp_path: Path, vectors: QdrantStore
) -> None:
    tenant = await make_tenant(sqlite_database)
    gone, kept = [await make_knowledge_base(sqlite_database, tenant.id) for _ in range(2)]
    async with knowledge_stack(sqlite_database, tmp_path, vectors=vectors) as stack:
        for base in (gone, kept):
            await stack.until_over(tenant.id, await stack.add(tenant.id, base.id, b"Parking is free."))
            await stack.ask(tenant.id, base.id, "parking")
        async with sqlite_database.write(tenant.id) as session:
            await KnowledgeBaseService(session, tenant.id, stack.jobs).delete(gone.id)
        await until_no_job_waits(sqlite_database)
        assert vectors.revision(f"{tenant.id}/{gone.id}/passage/hashing") == 0
        assert vectors.revision(f"{tenant.id}/{kept.id}/passage/hashing") > 0
        assert len(await stack.ask(tenant.id, kept.id, "parking")) == 1
