"""Snapshots of indexes: used instead of rows, never trusted over them, and gone without loss."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from chatbot.documents.knowledge_bases.bases import KnowledgeBaseService
from chatbot.foundation.database import Database
from chatbot.models import Chunk, KnowledgeBase, Tenant
from tests.factories import make_knowledge_base, make_tenant
from tests.platform.documents.knowledge_stack import KnowledgeStack, knowledge_stack, until_no_job_waits
from tests.platform.search.test_indexes import make_tombstones_due

TOPICS = ("parking", "canteen", "holidays", "laptops", "badges", "travel")


@asynccontextmanager
async def restarted(
    database: Database, folder: Path, *, run_jobs: bool = True, snapshot_from: int = 3
) -> AsyncIterator[KnowledgeStack]:
    async with knowledge_stack(database, folder, snapshot_from=snapshot_from, run_jobs=run_jobs) as stack:
        yield stack


async def filled(stack: KnowledgeStack, tenant_id: str) -> tuple[KnowledgeBase, list[str]]:
    """A knowledge base with a document a topic, searched once and saved."""
    base = await make_knowledge_base(stack.database, tenant_id)
    ids = [await stack.add(tenant_id, base.id, f"All about {topic}.".encode()) for topic in TOPICS]
    for document_id in ids:
        await stack.until_over(tenant_id, document_id)
    assert await found(stack, tenant_id, base) == ids
    await stack.indexes.saved()
    return base, ids


async def found(stack: KnowledgeStack, tenant_id: str, base: KnowledgeBase) -> list[str]:
    """The document that comes first for each topic, where one holds its word."""
    answers = [await stack.ask(tenant_id, base.id, topic) for topic in TOPICS]
    return [
        answer[0].document_id
        for topic, answer in zip(TOPICS, answers, strict=True)
        if answer and topic in answer[0].text
    ]


async def spoil_rows(database: Database, tenant_id: str) -> None:
    """Whoever reads the rows from here on finds other words; the rows' revisions do not tell."""
    async with database.write(tenant_id) as session:
        await session.execute(update(Chunk).values(heading="spoiled", language="zh"))


def snapshots(folder: Path) -> list[Path]:
    return sorted((folder / "indexes").glob("*/*/*/*"))


async def test_a_restarted_process_reads_the_snapshot_and_not_the_rows(
    sqlite_database: Database, tmp_path: Path
) -> None:
    database, tenant = sqlite_database, await _tenant(sqlite_database)
    async with restarted(database, tmp_path) as stack:
        base, ids = await filled(stack, tenant.id)
    assert [path.name.split("-")[0] for path in snapshots(tmp_path)] == ["000000000006"]
    await spoil_rows(database, tenant.id)
    async with restarted(database, tmp_path) as stack:
        assert await found(stack, tenant.id, base) == ids
        assert (await stack.ask(tenant.id, base.id, "spoiled"))[0].score < 0.3


async def test_what_changed_since_the_snapshot_is_caught_up(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    async with restarted(database, tmp_path) as stack:
        base, ids = await filled(stack, tenant.id)
    async with restarted(database, tmp_path, snapshot_from=1000) as stack:
        await stack.delete(tenant.id, base.id, ids[0])
        added = await stack.add(tenant.id, base.id, b"More about parking, and parking alone: parking.")
        await stack.until_over(tenant.id, added)
    assert len(snapshots(tmp_path)) == 1
    async with restarted(database, tmp_path) as stack:
        assert await found(stack, tenant.id, base) == [added, *ids[1:]]


async def test_a_snapshot_that_missed_purged_deletions_is_not_used(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    async with restarted(database, tmp_path) as stack:
        base, ids = await filled(stack, tenant.id)
    async with restarted(database, tmp_path, snapshot_from=1000) as stack:
        await stack.delete(tenant.id, base.id, ids[0])
        await make_tombstones_due(database)
        await until_no_job_waits(database)
    async with restarted(database, tmp_path, run_jobs=False) as stack:
        assert await found(stack, tenant.id, base) == ids[1:]


@pytest.mark.parametrize("damage", ["cut", "changed", "missing", "manifest", "everything"])
async def test_a_damaged_snapshot_is_made_anew_and_answers_stay_right(
    damage: str, sqlite_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database, tenant = sqlite_database, await _tenant(sqlite_database)
    async with restarted(database, tmp_path) as stack:
        base, ids = await filled(stack, tenant.id)
    (snapshot,) = snapshots(tmp_path)
    table = snapshot / "chunks.npz"
    if damage == "cut":
        table.write_bytes(table.read_bytes()[:-7])
    elif damage == "changed":
        table.write_bytes(table.read_bytes()[:-1] + b"?")
    elif damage == "missing":
        next((snapshot / "words").glob("*.idx")).unlink()
    elif damage == "manifest":
        (snapshot / "manifest.json").write_text("[]")
    else:
        shutil.rmtree(tmp_path / "indexes")
    caplog.set_level(logging.WARNING)
    async with restarted(database, tmp_path) as stack:
        assert await found(stack, tenant.id, base) == ids
        await stack.indexes.saved()
    assert ("damaged snapshot" in caplog.text) == (damage != "everything")
    assert len(snapshots(tmp_path)) == 1


async def test_a_snapshot_newer_than_the_truth_is_discarded(sqlite_database: Database, tmp_path: Path) -> None:
    """The database came back from a backup."""
    database, tenant = sqlite_database, await _tenant(sqlite_database)
    async with restarted(database, tmp_path) as stack:
        base, ids = await filled(stack, tenant.id)
    async with database.write(tenant.id) as session:
        await session.execute(update(KnowledgeBase).values(revision=2))
        await session.execute(update(Chunk).values(revision=2))
    async with restarted(database, tmp_path, snapshot_from=1000) as stack:
        assert await found(stack, tenant.id, base) == ids
    assert snapshots(tmp_path) == []


async def test_snapshots_go_with_their_knowledge_base(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    async with restarted(database, tmp_path) as stack:
        base, _ = await filled(stack, tenant.id)
        other, _ = await filled(stack, tenant.id)
        async with database.write(tenant.id) as session:
            await KnowledgeBaseService(session, tenant.id, stack.jobs).delete(base.id)
        await until_no_job_waits(database)
        assert {path.parent.parent.name for path in snapshots(tmp_path)} == {other.id}
        assert await stack.ask(tenant.id, base.id, "parking") == []


async def test_an_index_goes_on_answering_while_it_is_saved_and_replaced(
    sqlite_database: Database, tmp_path: Path
) -> None:
    database, tenant = sqlite_database, await _tenant(sqlite_database)
    async with restarted(database, tmp_path) as stack:
        base, ids = await filled(stack, tenant.id)
        for round_ in range(3):
            for topic in TOPICS[:3]:
                text = f"All about {topic}, round {round_}."
                await stack.until_over(tenant.id, await stack.add(tenant.id, base.id, text.encode()))
                assert len(await found(stack, tenant.id, base)) == len(ids)
        await stack.indexes.saved()
        assert len(await found(stack, tenant.id, base)) == len(ids)
    assert len(snapshots(tmp_path)) == 1


async def test_a_folder_that_cannot_be_written_costs_only_the_snapshot(
    sqlite_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database, tenant = sqlite_database, await _tenant(sqlite_database)
    await asyncio.to_thread((tmp_path / "indexes").write_text, "a file where the folder should be")
    async with restarted(database, tmp_path) as stack:
        base, ids = await filled(stack, tenant.id)
        assert await found(stack, tenant.id, base) == ids
    assert "could not be saved" in caplog.text


async def _tenant(database: Database) -> Tenant:
    return await make_tenant(database)
