"""Indexes follow their rows: every search sees every change committed before it, on every replica."""

from __future__ import annotations

import asyncio
import os
import random
from contextlib import AsyncExitStack
from pathlib import Path

from sqlalchemy import update

from chatbot.foundation.database import SYSTEM, Database
from chatbot.models import Job, Tenant, new_id, utc_now
from knowledge.question import Question
from knowledge.retrieval import PassageFilter
from tests.factories import make_knowledge_base
from tests.platform.documents.knowledge_stack import KnowledgeStack, knowledge_stack, until_no_job_waits


async def test_another_replica_sees_a_document_and_its_deletion_at_once(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    base = await make_knowledge_base(database, tenant.id)
    async with (
        knowledge_stack(database, tmp_path) as writer,
        knowledge_stack(database, tmp_path, run_jobs=False) as reader,
    ):
        assert await reader.ask(tenant.id, base.id, "parking") == []
        document_id = await writer.add(tenant.id, base.id, b"Parking is free.")
        await writer.until_over(tenant.id, document_id)
        assert [one.text for one in await reader.ask(tenant.id, base.id, "parking")] == ["Parking is free."]
        await writer.delete(tenant.id, base.id, document_id)
        assert await reader.ask(tenant.id, base.id, "parking") == []


async def test_random_changes_on_two_replicas_are_seen_by_both(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    """A plain dictionary says what must be found."""
    base = await make_knowledge_base(database, tenant.id)
    chance = random.Random(7)  # the same steps every time
    expected: dict[str, str] = {}
    async with AsyncExitStack() as stacks:
        replicas = [await stacks.enter_async_context(knowledge_stack(database, tmp_path)) for _ in range(2)]
        for step in range(20):
            replica = chance.choice(replicas)
            if expected and chance.random() < 0.4:
                document_id = chance.choice(list(expected))
                del expected[document_id]
                await replica.delete(tenant.id, base.id, document_id)
            else:
                text = f"Rule number {step} of the house."
                document_id = await replica.add(tenant.id, base.id, text.encode())
                await replica.until_over(tenant.id, document_id)
                expected[document_id] = text
            if chance.random() < 0.3:
                await make_tombstones_due(database)
            if chance.random() < 0.3:
                chance.choice(replicas).indexes.drop(tenant.id, base.id)
            for one in replicas:
                found = await one.ask(tenant.id, base.id, "rule number of the house", limit=50)
                assert {passage.document_id: passage.text for passage in found} == expected


async def test_an_index_that_missed_purged_deletions_loads_anew(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    base = await make_knowledge_base(database, tenant.id)
    async with (
        knowledge_stack(database, tmp_path) as writer,
        knowledge_stack(database, tmp_path, run_jobs=False) as late,
    ):
        document_id = await writer.add(tenant.id, base.id, b"Parking is free.")
        kept = await writer.add(tenant.id, base.id, b"Parking needs a permit.")
        for one in (document_id, kept):
            await writer.until_over(tenant.id, one)
        assert len(await late.ask(tenant.id, base.id, "parking")) == 2
        await writer.delete(tenant.id, base.id, document_id)
        await make_tombstones_due(database)
        await until_no_job_waits(database)
        found = await late.ask(tenant.id, base.id, "parking")
        assert [passage.document_id for passage in found] == [kept]


async def test_the_file_of_a_deleted_document_is_deleted(stack: KnowledgeStack, tenant: Tenant) -> None:
    base = await make_knowledge_base(stack.database, tenant.id)
    document_id = await stack.add(tenant.id, base.id, b"Parking is free.")
    await stack.until_over(tenant.id, document_id)
    path = stack.files.path(tenant.id, document_id)
    assert await asyncio.to_thread(path.exists)
    await stack.delete(tenant.id, base.id, document_id)
    while await asyncio.to_thread(path.exists):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_what_a_killed_upload_left_is_deleted_with_the_next_purge(stack: KnowledgeStack, tenant: Tenant) -> None:
    base = await make_knowledge_base(stack.database, tenant.id)
    kept, deleted = [await stack.add(tenant.id, base.id, b"Parking is free.") for _ in range(2)]
    for document_id in (kept, deleted):
        await stack.until_over(tenant.id, document_id)
    folder = stack.files.path(tenant.id, kept).parent
    new, old_whole, old_half = f"{new_id()}.part", new_id(), f"{new_id()}.part"
    for name in (new, old_whole, old_half):
        (folder / name).write_bytes(b"half")
    for name in (kept, old_whole, old_half):
        os.utime(folder / name, (0, 0))
    await stack.delete(tenant.id, base.id, deleted)
    await make_tombstones_due(stack.database)
    await until_no_job_waits(stack.database)
    assert {path.name for path in folder.iterdir()} == {kept, new}


async def test_many_first_questions_at_once_load_an_index_once(stack: KnowledgeStack, tenant: Tenant) -> None:
    base = await make_knowledge_base(stack.database, tenant.id)
    await stack.until_over(tenant.id, await stack.add(tenant.id, base.id, b"Parking is free."))
    stack.indexes.drop(tenant.id, base.id)
    answers = await asyncio.gather(*(stack.ask(tenant.id, base.id, "parking") for _ in range(10)))
    assert [answer[0].text for answer in answers] == ["Parking is free."] * 10


async def test_little_memory_holds_the_index_just_used_and_answers_from_all(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    async with knowledge_stack(database, tmp_path, index_bytes=1) as stack:
        bases = [await make_knowledge_base(database, tenant.id) for _ in range(3)]
        for base in bases:
            await stack.until_over(tenant.id, await stack.add(tenant.id, base.id, f"About {base.name}".encode()))
        sizes = []
        for base in bases * 2:
            assert (await stack.ask(tenant.id, base.id, "about"))[0].text == f"About {base.name}"
            sizes.append(stack.indexes.nbytes)
        assert max(sizes) < 2 * min(sizes)


async def test_one_question_asks_several_knowledge_bases_and_no_other_tenants(
    stack: KnowledgeStack, tenant: Tenant, other_tenant: Tenant
) -> None:
    own = [await make_knowledge_base(stack.database, tenant.id) for _ in range(2)]
    theirs = await make_knowledge_base(stack.database, other_tenant.id)
    for owner, base, text in (
        (tenant.id, own[0], "Parking is free."),
        (tenant.id, own[1], "Parking ends at nine."),
        (other_tenant.id, theirs, "Parking is a secret."),
    ):
        await stack.until_over(owner, await stack.add(owner, base.id, text.encode()))
    ids = [own[0].id, own[1].id, theirs.id]
    found = (await stack.search.search(tenant.id, ids, Question("parking", "en"))).passages
    assert {passage.text for passage in found} == {"Parking is free.", "Parking ends at nine."}
    assert [passage.score for passage in found] == sorted((passage.score for passage in found), reverse=True)


async def test_a_search_can_be_narrowed_to_documents(stack: KnowledgeStack, tenant: Tenant) -> None:
    base = await make_knowledge_base(stack.database, tenant.id)
    ids = [await stack.add(tenant.id, base.id, f"Parking rule {n}.".encode()) for n in range(3)]
    for document_id in ids:
        await stack.until_over(tenant.id, document_id)
    question = Question("parking", "en", only=PassageFilter((ids[1],)))
    found = await stack.search.search(tenant.id, [base.id], question)
    assert [passage.document_id for passage in found.passages] == [ids[1]]


async def make_tombstones_due(database: Database) -> None:
    async with database.write(SYSTEM) as session:
        await session.execute(update(Job).where(Job.kind == "purge").values(run_after=utc_now()))
