"""A stored file becomes searchable chunks, whole, once, and step by step."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from chatbot.documents.documents import DocumentService
from chatbot.documents.indexing.stale import queue_stale_documents
from chatbot.foundation.database import Database
from chatbot.models import Tenant
from knowledge.errors import EmbeddingError
from tests.factories import make_knowledge_base
from tests.platform.documents.knowledge_stack import KnowledgeStack, chunk_rows, knowledge_stack, until_no_job_waits

HANDBOOK = "\n\n".join(
    f"Rule {n}. Employees of department {n} get {n + 10} days of leave." for n in range(200)
).encode()


async def test_a_text_becomes_ready_and_is_found(stack: KnowledgeStack, tenant: Tenant) -> None:
    base = await make_knowledge_base(stack.database, tenant.id)
    document_id = await stack.add(tenant.id, base.id, b"The canteen opens at noon.\n\nParking is free.", "office.txt")
    document = await stack.until_over(tenant.id, document_id)
    assert (document.status, document.progress, document.language, document.error) == ("ready", 1.0, "en", None)
    assert document.chunk_count == len(await chunk_rows(stack.database, tenant.id, document_id)) > 0
    passages = await stack.ask(tenant.id, base.id, "When does the canteen open?")
    assert "noon" in passages[0].text
    assert (passages[0].document_title, passages[0].document_id) == ("office", document_id)


async def test_vectors_are_stored_in_half_precision_under_their_space(stack: KnowledgeStack, tenant: Tenant) -> None:
    base = await make_knowledge_base(stack.database, tenant.id)
    document_id = await stack.add(tenant.id, base.id, b"The canteen opens at noon.")
    await stack.until_over(tenant.id, document_id)
    ((*_, space, vector),) = await chunk_rows(stack.database, tenant.id, document_id)
    assert (space, len(bytes(vector))) == ("hashing", 2 * 64)  # type: ignore[call-overload]


async def test_a_long_document_is_searchable_while_it_is_indexed(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    batches, release = [0], threading.Event()

    def wait_after_the_first_batch(_texts: Sequence[str]) -> None:
        batches[0] += 1
        if batches[0] > 2:  # a first batch goes to two threads
            release.wait(timeout=30)

    async with knowledge_stack(database, tmp_path, before_embedding=wait_after_the_first_batch) as stack:
        base = await make_knowledge_base(database, tenant.id)
        document_id = await stack.add(tenant.id, base.id, HANDBOOK)
        while not (document := await stack.document(tenant.id, document_id)).chunk_count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert document.status == "processing"
        assert 0 < document.progress < 1
        assert "department 1 get 11" in (await stack.ask(tenant.id, base.id, "leave of department 1", 1))[0].text
        release.set()
        assert (await stack.until_over(tenant.id, document_id)).status == "ready"


async def test_a_file_that_cannot_be_read_fails_with_its_reason(stack: KnowledgeStack, tenant: Tenant) -> None:
    base = await make_knowledge_base(stack.database, tenant.id)
    document_id = await stack.add(tenant.id, base.id, b"%PDF-1.7\nno more of it", "broken.pdf")
    document = await stack.until_over(tenant.id, document_id)
    assert (document.status, document.error_code, document.chunk_count) == ("failed", "document_corrupt", 0)
    assert document.error
    assert await stack.ask(tenant.id, base.id, "no more of it") == []


async def test_a_file_without_text_fails_as_empty(stack: KnowledgeStack, tenant: Tenant) -> None:
    base = await make_knowledge_base(stack.database, tenant.id)
    document = await stack.until_over(tenant.id, await stack.add(tenant.id, base.id, b" \n\n "))
    assert (document.status, document.error_code) == ("failed", "document_empty")


async def test_a_lost_file_fails_with_its_reason(stack: KnowledgeStack, tenant: Tenant) -> None:
    base = await make_knowledge_base(stack.database, tenant.id)
    await stack.jobs.stop()
    document_id = await stack.add(tenant.id, base.id, b"text")
    await stack.files.delete(tenant.id, document_id)
    await stack.jobs.start()
    assert (await stack.until_over(tenant.id, document_id)).error_code == "file_lost"


async def test_a_failure_half_way_takes_back_what_was_there_and_a_retry_brings_all(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    broken = [True]
    batches = [0]

    def break_in_the_second_batch(_texts: Sequence[str]) -> None:
        batches[0] += 1
        if broken[0] and batches[0] > 2:
            raise EmbeddingError("the model is gone")

    async with knowledge_stack(database, tmp_path, before_embedding=break_in_the_second_batch) as stack:
        base = await make_knowledge_base(database, tenant.id)
        document_id = await stack.add(tenant.id, base.id, HANDBOOK)
        document = await stack.until_over(tenant.id, document_id)
        assert (document.status, document.error_code, document.chunk_count) == ("failed", "embedding_failed", 0)
        assert await chunk_rows(database, tenant.id, document_id) == []
        assert await stack.ask(tenant.id, base.id, "leave of department 1") == []
        broken[0] = False
        async with database.write(tenant.id) as session:
            await DocumentService(session, tenant.id, stack.jobs).retry(base.id, document_id)
        assert (await stack.until_over(tenant.id, document_id)).status == "ready"
        retried = await chunk_rows(database, tenant.id, document_id)
        other = await stack.add(tenant.id, base.id, HANDBOOK)
        await stack.until_over(tenant.id, other)
        assert retried == await chunk_rows(database, tenant.id, other)
        assert "department 1 get 11" in (await stack.ask(tenant.id, base.id, "leave of department 1"))[0].text


async def test_a_hiccup_of_the_embedder_is_tried_again(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    hiccups = [EmbeddingError("overloaded", retryable=True), ConnectionError("reset")]

    def hiccup(_texts: Sequence[str]) -> None:
        if hiccups:
            raise hiccups.pop()

    async with knowledge_stack(database, tmp_path, before_embedding=hiccup) as stack:
        base = await make_knowledge_base(database, tenant.id)
        document = await stack.until_over(tenant.id, await stack.add(tenant.id, base.id, b"Parking is free."))
    assert document.status == "ready"


async def test_deleting_a_document_that_is_being_indexed_leaves_nothing(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    embedding, release = threading.Event(), threading.Event()

    def wait(_texts: Sequence[str]) -> None:
        embedding.set()
        release.wait(timeout=30)

    async with knowledge_stack(database, tmp_path, before_embedding=wait) as stack:
        base = await make_knowledge_base(database, tenant.id)
        document_id = await stack.add(tenant.id, base.id, HANDBOOK)
        await asyncio.to_thread(embedding.wait, 30)
        await stack.delete(tenant.id, base.id, document_id)
        release.set()
        await stack.until_over(tenant.id, await stack.add(tenant.id, base.id, b"Parking is free."))
        assert await chunk_rows(database, tenant.id, document_id) == []
        assert {one.text for one in await stack.ask(tenant.id, base.id, "department")} == {"Parking is free."}


@pytest.mark.parametrize("interruptions", [1, 3])
async def test_an_interrupted_ingestion_goes_on_and_ends_like_an_undisturbed_one(
    database: Database, tenant: Tenant, tmp_path: Path, interruptions: int
) -> None:
    base = await make_knowledge_base(database, tenant.id)
    async with knowledge_stack(database, tmp_path) as stack:
        undisturbed = await stack.add(tenant.id, base.id, HANDBOOK)
        await stack.until_over(tenant.id, undisturbed)
        await stack.jobs.stop()
        document_id = await stack.add(tenant.id, base.id, HANDBOOK)
        for _ in range(interruptions):
            before = await stack.document(tenant.id, document_id)
            await stack.jobs.start()
            while (now := await stack.document(tenant.id, document_id)).chunk_count == before.chunk_count:
                if now.status == "ready":
                    break
                await asyncio.sleep(0.001)
            assert now.chunk_count >= before.chunk_count
            await stack.jobs.stop()
        await stack.jobs.start()
        document = await stack.until_over(tenant.id, document_id)
    assert document.status == "ready"
    assert await chunk_rows(database, tenant.id, document_id) == await chunk_rows(database, tenant.id, undisturbed)


async def test_a_document_that_cannot_be_embedded_again_is_still_found(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    base = await make_knowledge_base(database, tenant.id)
    async with knowledge_stack(database, tmp_path) as stack:
        document_id = await stack.add(tenant.id, base.id, b"Parking is free.")
        await stack.until_over(tenant.id, document_id)
        await stack.files.delete(tenant.id, document_id)
        await queue_stale_documents(database, stack.jobs, {"en": {"another model"}})
        await until_no_job_waits(database)
        assert (await stack.document(tenant.id, document_id)).status == "ready"
        assert [one.text for one in await stack.ask(tenant.id, base.id, "parking")] == ["Parking is free."]


async def test_another_model_embeds_what_it_cannot_read_and_nothing_twice(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    base = await make_knowledge_base(database, tenant.id)
    async with knowledge_stack(database, tmp_path) as old:
        document_id = await old.add(tenant.id, base.id, HANDBOOK)
        await old.until_over(tenant.id, document_id)
        before = await chunk_rows(database, tenant.id, document_id)
        assert await queue_stale_documents(database, old.jobs, {"en": {"hashing"}, "zh": {"another model"}}) == 0
        # One of the spaces is not enough: a document of before has no vector for questions in other languages.
        assert await queue_stale_documents(database, old.jobs, {"en": {"hashing", "all languages"}}) == 1
        await until_no_job_waits(database)
    async with knowledge_stack(database, tmp_path, space="another model") as new:
        assert await queue_stale_documents(database, new.jobs, {"en": {"another model"}}) == 1
        await until_no_job_waits(database)
        assert await queue_stale_documents(database, new.jobs, {"en": {"another model"}}) == 0
        after = await chunk_rows(database, tenant.id, document_id)
        assert [row[:-2] for row in after] == [row[:-2] for row in before]
        assert {row[-2] for row in after} == {"another model"}
        assert "department 1 get 11" in (await new.ask(tenant.id, base.id, "leave of department 1"))[0].text
