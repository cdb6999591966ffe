"""Documents replaced and renamed: readers see the old or the new, and only what is new is embedded."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from chatbot.documents.documents import DocumentService
from chatbot.documents.job_orders import Rewrite
from chatbot.documents.received import Upload, once, receive
from chatbot.foundation.database import Database
from chatbot.foundation.errors import Conflict
from chatbot.models import Document, Tenant, new_id
from tests.factories import make_knowledge_base
from tests.platform.documents.knowledge_stack import KnowledgeStack, chunk_rows, knowledge_stack, until_no_job_waits

PARAGRAPHS = [
    f"Rule {n} says that room {n} opens at {n} in the morning, and shuts when it gets dark." for n in range(12)
]


def text_of(paragraphs: Sequence[str]) -> bytes:
    return "\n\n".join(f"# Part {at}\n\n{paragraph}" for at, paragraph in enumerate(paragraphs)).encode()


async def replace(stack: KnowledgeStack, tenant_id: str, base_id: str, document_id: str, content: bytes) -> None:
    received = await receive(stack.files, tenant_id, Upload(once(content), "b.md"))
    async with stack.database.write(tenant_id) as session:
        await DocumentService(session, tenant_id, stack.jobs).replace(base_id, document_id, received)


async def settled(stack: KnowledgeStack, tenant_id: str, document_id: str) -> Document:
    await until_no_job_waits(stack.database)
    return await stack.document(tenant_id, document_id)


class Embedded:
    """Counts the texts that are embedded, and can hold them back."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.go = threading.Event()
        self.go.set()

    def __call__(self, texts: Sequence[str]) -> None:
        self.go.wait(30)
        self.texts += texts


async def test_a_new_version_embeds_only_what_is_new_and_equals_a_fresh_upload(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    base, embedded = await make_knowledge_base(database, tenant.id), Embedded()
    newer = ["A new first rule stands above all others.", *PARAGRAPHS[:5], *PARAGRAPHS[6:]]
    async with knowledge_stack(database, tmp_path, before_embedding=embedded) as stack:
        document_id = await stack.add(tenant.id, base.id, text_of(PARAGRAPHS), "a.md")
        await stack.until_over(tenant.id, document_id)
        embedded.texts.clear()
        version = text_of(newer).replace(b"# Part", b"# Rule")  # other headings: all of it is new
        await replace(stack, tenant.id, base.id, document_id, version)
        await settled(stack, tenant.id, document_id)
        first = len(embedded.texts)
        embedded.texts.clear()
        await replace(
            stack, tenant.id, base.id, document_id, version + b"\n\n# Last\n\nThe end of all the rules is here."
        )
        document = await settled(stack, tenant.id, document_id)
        assert first == 12
        assert len(embedded.texts) == 1
        assert (document.status, document.file_name, document.error) == ("ready", "b.md", None)
        other = await make_knowledge_base(database, tenant.id)
        fresh_id = await stack.add(
            tenant.id, other.id, version + b"\n\n# Last\n\nThe end of all the rules is here.", "a.md"
        )
        await stack.until_over(tenant.id, fresh_id)
        assert await chunk_rows(database, tenant.id, document_id) == await chunk_rows(database, tenant.id, fresh_id)
        assert len(await stack.ask(tenant.id, base.id, "end of all rules", 50)) == 13


async def test_moved_paragraphs_keep_their_vectors(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    base, embedded = await make_knowledge_base(database, tenant.id), Embedded()
    parts = [f"# Chapter {name}\n\n{text}" for name, text in zip("abcdef", PARAGRAPHS, strict=False)]
    async with knowledge_stack(database, tmp_path, before_embedding=embedded) as stack:
        document_id = await stack.add(tenant.id, base.id, "\n\n".join(parts).encode(), "a.md")
        await stack.until_over(tenant.id, document_id)
        embedded.texts.clear()
        await replace(stack, tenant.id, base.id, document_id, "\n\n".join(parts[::-1]).encode())
        await settled(stack, tenant.id, document_id)
        assert embedded.texts == []
        (best, *_) = await stack.ask(tenant.id, base.id, "Rule 3 room 3")
        assert "Rule 3" in best.text


async def test_readers_find_the_old_version_until_the_new_one_is_whole(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    base, embedded = await make_knowledge_base(database, tenant.id), Embedded()
    async with knowledge_stack(database, tmp_path, before_embedding=embedded) as stack:
        old = [f"# Old {n}\n\nThe parking rule number {n} is old." for n in range(5)]
        new = [f"# New {n}\n\nThe parking rule number {n} is new." for n in range(9)]
        document_id = await stack.add(tenant.id, base.id, "\n\n".join(old).encode(), "a.md")
        await stack.until_over(tenant.id, document_id)
        embedded.go.clear()
        await replace(stack, tenant.id, base.id, document_id, "\n\n".join(new).encode())
        seen: list[set[str]] = []
        while (await stack.document(tenant.id, document_id)).status == "processing":
            found = await stack.search.search(tenant.id, [base.id], "parking rule", language="en", limit=50)
            seen.append({one.text.split()[-1] for one in found})
            if len(seen) > 3:
                embedded.go.set()
            await asyncio.sleep(0.01)
        assert all(words in ({"old."}, {"new."}) for words in seen), seen
        assert {"old."} in seen
        assert {one.text.split()[-1] for one in await stack.ask(tenant.id, base.id, "parking rule")} == {"new."}


async def test_a_new_version_that_cannot_be_read_leaves_the_old_one_answering(
    stack: KnowledgeStack, database: Database, tenant: Tenant
) -> None:
    base = await make_knowledge_base(database, tenant.id)
    document_id = await stack.add(tenant.id, base.id, b"Parking is free.")
    before = await stack.until_over(tenant.id, document_id)
    await replace(stack, tenant.id, base.id, document_id, b"<!-- only a comment -->")
    document = await settled(stack, tenant.id, document_id)
    assert (document.status, document.error_code) == ("ready", "document_empty")
    assert (document.sha256, document.file_name) == (before.sha256, before.file_name)
    assert [one.text for one in await stack.ask(tenant.id, base.id, "parking")] == ["Parking is free."]
    assert len(list(stack.files.path(tenant.id, document_id).parent.iterdir())) == 1


async def test_one_change_at_a_time(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    base = await make_knowledge_base(database, tenant.id)
    async with knowledge_stack(database, tmp_path, run_jobs=False) as idle:
        document_id = await idle.add(tenant.id, base.id, b"Parking is free.")
        with pytest.raises(Conflict):
            await replace(idle, tenant.id, base.id, document_id, b"Parking is not free.")


async def test_a_document_deleted_while_it_is_replaced_leaves_nothing(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    base, embedded = await make_knowledge_base(database, tenant.id), Embedded()
    async with knowledge_stack(database, tmp_path, before_embedding=embedded) as stack:
        document_id = await stack.add(tenant.id, base.id, b"Parking is free.")
        await stack.until_over(tenant.id, document_id)
        embedded.go.clear()
        await replace(stack, tenant.id, base.id, document_id, b"Parking is not free any more.")
        await stack.delete(tenant.id, base.id, document_id)
        embedded.go.set()
        await until_no_job_waits(database)
        assert await stack.ask(tenant.id, base.id, "parking") == []
        assert await chunk_rows(database, tenant.id, document_id) == []


async def test_an_attempt_stopped_after_its_file_was_put_in_place_goes_on_from_there(
    stack: KnowledgeStack, database: Database, tenant: Tenant
) -> None:
    base = await make_knowledge_base(database, tenant.id)
    document_id = await stack.add(tenant.id, base.id, b"Parking is free.")
    await stack.until_over(tenant.id, document_id)
    staged = new_id()
    await stack.files.store(tenant.id, staged, once(b"Parking is not free."))
    await stack.files.promote(tenant.id, staged, document_id)
    await stack.files.promote(tenant.id, staged, document_id)
    async with database.write(tenant.id) as session:
        stack.jobs.enqueue(session, tenant.id, Rewrite(document_id, base.id, staged, {"file_name": "b.txt"}))
    document = await settled(stack, tenant.id, document_id)
    assert (document.status, document.file_name) == ("ready", "b.txt")
    assert [one.text for one in await stack.ask(tenant.id, base.id, "parking")] == ["Parking is not free."]


async def test_a_new_title_is_searched_by(stack: KnowledgeStack, database: Database, tenant: Tenant) -> None:
    base = await make_knowledge_base(database, tenant.id)
    document_id = await stack.add(tenant.id, base.id, b"It is free.")
    await stack.until_over(tenant.id, document_id)
    async with database.write(tenant.id) as session:
        await DocumentService(session, tenant.id, stack.jobs).describe(base.id, document_id, title="Parking")
    await settled(stack, tenant.id, document_id)
    (found,) = await stack.ask(tenant.id, base.id, "parking")
    assert found.document_title == "Parking"
    rows = await chunk_rows(database, tenant.id, document_id)
    assert [row[2] for row in rows] == ["Parking"]
