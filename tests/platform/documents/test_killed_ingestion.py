"""Kill -9 in the middle of an ingestion: the document becomes ready, with no chunk missing or doubled."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from chatbot.foundation.database import Database
from chatbot.models import Tenant
from tests.factories import make_knowledge_base
from tests.platform.documents.knowledge_stack import KnowledgeStack, chunk_rows, knowledge_stack
from tests.platform.documents.test_ingestion import HANDBOOK

ROOT = Path(__file__).parents[3]


async def test_a_document_whose_indexing_was_killed_twice_equals_one_that_was_not(
    database: Database, database_url: str, tenant: Tenant, tmp_path: Path
) -> None:
    base = await make_knowledge_base(database, tenant.id)
    async with knowledge_stack(database, tmp_path, run_jobs=False) as stack:
        document_id = await stack.add(tenant.id, base.id, HANDBOOK)
        for _ in range(2):
            await work_until_killed(stack, tenant.id, document_id, database_url, tmp_path)
        assert (await stack.document(tenant.id, document_id)).status == "processing"
        await stack.jobs.start()
        killed = await stack.until_over(tenant.id, document_id)
        undisturbed = await stack.until_over(tenant.id, await stack.add(tenant.id, base.id, HANDBOOK))
    assert (killed.status, killed.chunk_count) == ("ready", undisturbed.chunk_count)
    assert await chunk_rows(database, tenant.id, killed.id) == await chunk_rows(database, tenant.id, undisturbed.id)


async def work_until_killed(stack: KnowledgeStack, tenant_id: str, document_id: str, url: str, folder: Path) -> None:
    """Let another process come further with the document, then end it without a word."""
    before = (await stack.document(tenant_id, document_id)).chunk_count
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.platform.documents.slow_worker", url, str(folder), cwd=ROOT
    )
    try:
        while (await stack.document(tenant_id, document_id)).chunk_count <= before:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    finally:
        worker.kill()
        await worker.wait()
