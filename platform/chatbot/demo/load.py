"""Puts the demo tenants into the database through the product's own services, once."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.demo import content
from chatbot.demo.content import TENANTS, DemoTenant
from chatbot.documents.intake import ReceivedDocument
from chatbot.documents.knowledge_bases.bases import KnowledgeService
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import ServiceUnavailable
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.parts import Parts
from chatbot.foundation.security import ROLE_SCOPES
from chatbot.foundation.security.keys import new_api_key, new_widget_key
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.security.secret_box import SecretBox
from chatbot.models import (
    ApiKey,
    Bot,
    BotFlow,
    BotKnowledgeBase,
    Connection,
    Document,
    Job,
    KnowledgeBase,
    Tenant,
    User,
    new_id,
    utc_now,
)
from chatbot.search.search import KnowledgeSearch
from chatbot.understanding.job_orders import Train
from knowledge.question import Question

Progress = Callable[[str], None]
LONGEST_LOAD_S = 600


@dataclass(frozen=True, slots=True)
class DemoAccess:
    """How to get into one demo tenant; what `demo.json` holds."""

    slug: str
    email: str
    password: str
    api_key: str
    bot_id: str
    knowledge_base_id: str
    widget_key: str


async def load_demo(
    parts: Parts,
    *,
    backend_url: str,
    origins: Sequence[str],
    known: Mapping[str, DemoAccess],
    progress: Progress,
) -> list[DemoAccess]:
    """`known` is what an earlier load returned, by slug: such a tenant is left alone.

    A tenant that exists though nothing is known of it gets a new password and key. Jobs run in `parts`, which
    must have been started. Raises ServiceUnavailable when a job of the demo fails.
    """
    loaded: list[DemoAccess] = []
    started, is_new = utc_now(), False
    for tenant in TENANTS:
        async with parts.get(Database).read(SYSTEM) as session:
            tenant_id = await session.scalar(select(Tenant.id).where(Tenant.slug == tenant.slug))
        if tenant_id is None:
            access, is_new = await _create(parts, tenant, backend_url, origins), True
        elif tenant.slug in known:
            access = known[tenant.slug]
        else:  # an earlier load was cut short
            access, is_new = await _new_credentials(parts, tenant, tenant_id), True
        await _point_at(parts, tenant.slug, backend_url, origins)
        loaded.append(access)
    if is_new:
        await _finish_jobs(parts, progress, started)
    await _warm(parts, loaded)
    return loaded


async def _create(parts: Parts, tenant: DemoTenant, backend_url: str, origins: Sequence[str]) -> DemoAccess:
    password = secrets.token_urlsafe(9)
    password_hash = await parts.get(Passwords).hash(password)
    tenant_id, user_id, bot_id, knowledge_base_id = new_id(), new_id(), new_id(), new_id()
    key = new_api_key()
    widget_key = new_widget_key()
    documents = [await _store(parts, tenant_id, path) for path in content.documents_of(tenant)]
    async with parts.get(Database).write(tenant_id) as session:
        session.add(Tenant(id=tenant_id, slug=tenant.slug, name=tenant.name))
        await session.flush()
        session.add(
            User(
                id=user_id,
                tenant_id=tenant_id,
                email=tenant.email,
                name=tenant.person,
                password_hash=password_hash,
                role="owner",
            )
        )
        session.add(KnowledgeBase(id=knowledge_base_id, tenant_id=tenant_id, name=tenant.knowledge_base_name))
        session.add(
            Bot(
                id=bot_id,
                tenant_id=tenant_id,
                name=tenant.bot_name,
                is_default=True,
                greeting=dict(tenant.greeting),
                widget_key=widget_key,
                allowed_origins=list(origins),
            )
        )
        await session.flush()
        session.add(
            ApiKey(
                tenant_id=tenant_id,
                name="Demo",
                prefix=key.prefix,
                secret_hash=key.digest,
                scopes=sorted(ROLE_SCOPES["owner"]),
                created_by=user_id,
            )
        )
        session.add(BotKnowledgeBase(tenant_id=tenant_id, bot_id=bot_id, knowledge_base_id=knowledge_base_id))
        _add_bot_content(session, parts, tenant_id, bot_id, backend_url)
        parts.get(JobQueue).enqueue(session, tenant_id, Train(bot_id))
        knowledge = KnowledgeService(session, tenant_id, parts.get(JobQueue))
        for document in documents:
            await knowledge.add_document(knowledge_base_id, document)
    return DemoAccess(tenant.slug, tenant.email, password, key.secret, bot_id, knowledge_base_id, widget_key)


async def _store(parts: Parts, tenant_id: str, path: Path) -> ReceivedDocument:
    async def chunks() -> AsyncIterator[bytes]:
        yield await asyncio.to_thread(path.read_bytes)

    document_id = new_id()
    return ReceivedDocument(
        document_id=document_id,
        file=await parts.get(FileStore).store(tenant_id, document_id, chunks()),
        file_name=path.name,
        media_type="text/markdown",
        title=content.title_of(path),
    )


def _add_bot_content(session: AsyncSession, parts: Parts, tenant_id: str, bot_id: str, backend_url: str) -> None:
    for example in content.intent_examples():
        example.tenant_id, example.bot_id = tenant_id, bot_id
        session.add(example)
    for flow in content.flows():
        session.add(BotFlow(tenant_id=tenant_id, bot_id=bot_id, name=str(flow["name"]), definition=flow))
    for connection in content.connections(backend_url):
        session.add(
            Connection(
                tenant_id=tenant_id,
                name=str(connection["name"]),
                kind=str(connection["kind"]),
                config=cast(dict[str, object], connection["config"]),
                encrypted_secrets=parts.get(SecretBox).seal_mapping(
                    cast(Mapping[str, str], connection.get("secrets", {}))
                ),
            )
        )


async def _new_credentials(parts: Parts, tenant: DemoTenant, tenant_id: str) -> DemoAccess:
    password = secrets.token_urlsafe(9)
    password_hash = await parts.get(Passwords).hash(password)
    key = new_api_key()
    async with parts.get(Database).write(tenant_id) as session:
        user = (
            await session.scalars(select(User).where(User.tenant_id == tenant_id, User.email == tenant.email))
        ).one()
        user.password_hash = password_hash
        bot = (await session.scalars(select(Bot).where(Bot.tenant_id == tenant_id, Bot.is_default.is_(True)))).one()
        knowledge_base_id = await session.scalar(
            select(BotKnowledgeBase.knowledge_base_id).where(
                BotKnowledgeBase.tenant_id == tenant_id, BotKnowledgeBase.bot_id == bot.id
            )
        )
        session.add(
            ApiKey(
                tenant_id=tenant_id,
                name="Demo",
                prefix=key.prefix,
                secret_hash=key.digest,
                scopes=sorted(ROLE_SCOPES["owner"]),
                created_by=user.id,
            )
        )
        widget_key, bot_id = bot.widget_key, bot.id
    return DemoAccess(tenant.slug, tenant.email, password, key.secret, bot_id, str(knowledge_base_id or ""), widget_key)


async def _point_at(parts: Parts, slug: str, backend_url: str, origins: Sequence[str]) -> None:
    """The ports may be others than last time: the connections and the widget's origins follow."""
    async with parts.get(Database).read(SYSTEM) as session:
        tenant_id = str(await session.scalar(select(Tenant.id).where(Tenant.slug == slug)))
    async with parts.get(Database).write(tenant_id) as session:
        for connection in content.connections(backend_url):
            config = cast(dict[str, object], connection["config"])
            row = await session.scalar(
                select(Connection).where(Connection.tenant_id == tenant_id, Connection.name == connection["name"])
            )
            if row is not None and row.config != config:
                row.config, row.revision = config, row.revision + 1
        bot = await session.scalar(select(Bot).where(Bot.tenant_id == tenant_id, Bot.is_default.is_(True)))
        missing = [origin for origin in origins if bot is not None and origin not in bot.allowed_origins]
        if bot is not None and missing:
            bot.allowed_origins = [*bot.allowed_origins, *missing]
            bot.revision += 1


async def _warm(parts: Parts, loaded: Sequence[DemoAccess]) -> None:
    """Read the indexes and run the models once, so that the first visitor doesn't wait for it."""
    for access in loaded:
        async with parts.get(Database).read(SYSTEM) as session:
            tenant_id = str(await session.scalar(select(Tenant.id).where(Tenant.slug == access.slug)))
        for language, question in (("zh", "你好"), ("en", "hello")):
            asked = Question(question, language, limit=1)
            await parts.get(KnowledgeSearch).search(tenant_id, [access.knowledge_base_id], asked)


async def _finish_jobs(parts: Parts, progress: Progress, started: datetime) -> None:
    """Waits for the jobs at hand, saying how far they are. One from before `started` may fail: its owner sees to it."""
    said = ""
    async with asyncio.timeout(LONGEST_LOAD_S):
        while True:
            async with parts.get(Database).read(SYSTEM) as session:
                open_jobs = (
                    await session.execute(
                        select(Job.kind, Job.progress, Document.title)
                        .join(Document, Document.id == Job.payload["document_id"].as_string(), isouter=True)
                        .where(Job.status.in_(["queued", "running"]), Job.run_after <= utc_now())
                        .order_by(Job.id)
                    )
                ).all()
                failed = await session.scalar(
                    select(Job.error).where(Job.status == "failed", Job.created_at >= started).limit(1)
                )
            if failed:
                raise ServiceUnavailable(f"A job of the demo failed: {failed}")
            if not open_jobs:
                return
            kind, fraction, title = open_jobs[0]
            line = f"{kind} {title or ''} {fraction:.0%} ({len(open_jobs)} to go)"
            if line != said:
                progress(line)
                said = line
            await asyncio.sleep(0.2)
