"""FAQs across replicas, while documents are indexed, and after another model was configured."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chatbot.faqs.faqs import FaqChange, FaqContent
from chatbot.faqs.stale import queue_stale_faqs
from chatbot.foundation.database import Database
from chatbot.models import Tenant
from knowledge.question import Question
from knowledge.retrieval import PassageFilter
from tests.factories import make_knowledge_base
from tests.platform.documents.knowledge_stack import KnowledgeStack, knowledge_stack, until_no_job_waits

FAQ = FaqContent("How do I reset my password?", "Open Settings.", ("I forgot my password",), ("it",))


async def answers(
    stack: KnowledgeStack, tenant: Tenant, base_id: str, question: str, only: PassageFilter = PassageFilter()
) -> list[str]:
    found = await stack.search.consult(tenant.id, [base_id], Question(question, "en", only=only))
    return [faq.answer for faq in found.faqs]


async def test_another_replica_sees_every_change_at_once(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    base = await make_knowledge_base(database, tenant.id)
    async with (
        knowledge_stack(database, tmp_path) as writer,
        knowledge_stack(database, tmp_path, run_jobs=False) as reader,
    ):
        assert await answers(reader, tenant, base.id, FAQ.question) == []
        faq = await writer.faqs.create(tenant.id, base.id, FAQ)
        assert await answers(reader, tenant, base.id, FAQ.question) == ["Open Settings."]
        await writer.faqs.change(tenant.id, base.id, faq.id, FaqChange(answer="Ask the help desk."))
        assert await answers(reader, tenant, base.id, FAQ.question) == ["Ask the help desk."]
        await writer.faqs.delete(tenant.id, base.id, faq.id)
        assert await answers(reader, tenant, base.id, FAQ.question) == []


async def test_an_faq_answers_while_documents_are_indexed(
    stack: KnowledgeStack, database: Database, tenant: Tenant
) -> None:
    base = await make_knowledge_base(database, tenant.id)
    await stack.faqs.create(tenant.id, base.id, FAQ)
    handbook = "\n\n".join(f"Rule {n}. Employees of department {n} get {n} days." for n in range(200)).encode()
    document_id = await stack.add(tenant.id, base.id, handbook)
    while (await stack.document(tenant.id, document_id)).status != "ready":
        assert await answers(stack, tenant, base.id, FAQ.question) == ["Open Settings."]
    assert await answers(stack, tenant, base.id, FAQ.question) == ["Open Settings."]


async def test_changes_at_once_leave_one_faq_whole(stack: KnowledgeStack, database: Database, tenant: Tenant) -> None:
    base = await make_knowledge_base(database, tenant.id)
    created = await asyncio.gather(
        *(stack.faqs.create(tenant.id, base.id, FAQ) for _ in range(4)), return_exceptions=True
    )
    assert sum(not isinstance(one, BaseException) for one in created) == 1
    assert await answers(stack, tenant, base.id, "I forgot my password") == ["Open Settings."]


async def test_questions_are_embedded_again_for_another_model(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    base = await make_knowledge_base(database, tenant.id)
    async with knowledge_stack(database, tmp_path) as old:
        await old.faqs.create(tenant.id, base.id, FAQ)
        assert await queue_stale_faqs(database, old.jobs, {"hashing"}) == 0
    async with knowledge_stack(database, tmp_path, space="another model") as new:
        assert await answers(new, tenant, base.id, FAQ.question) == []
        assert await queue_stale_faqs(database, new.jobs, {"another model"}) == 1
        await until_no_job_waits(database)
        assert await answers(new, tenant, base.id, FAQ.question) == ["Open Settings."]
        assert await queue_stale_faqs(database, new.jobs, {"another model"}) == 0


async def test_filters_narrow_faqs_by_tag_and_language_and_leave_them_out_by_document(
    stack: KnowledgeStack, database: Database, tenant: Tenant
) -> None:
    base = await make_knowledge_base(database, tenant.id)
    await stack.faqs.create(tenant.id, base.id, FAQ)
    for only, count in (
        (PassageFilter(tags=("it", "hr")), 1),
        (PassageFilter(tags=("hr",)), 0),
        (PassageFilter(language="en"), 1),
        (PassageFilter(language="zh"), 0),
        (PassageFilter(attributes={"region": "north"}), 0),
        (PassageFilter(document_ids=("0" * 32,)), 0),
    ):
        assert len(await answers(stack, tenant, base.id, FAQ.question, only)) == count, only
