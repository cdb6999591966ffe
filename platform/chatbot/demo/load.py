"""Puts the demo tenants into the database through the product's own services, once."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chatbot.accounts.api_keys.keys import ApiKeyService
from chatbot.accounts.tenants.repository import AllTenantsRepository
from chatbot.accounts.users.repository import UserRepository
from chatbot.bots.bots import BotService
from chatbot.bots.flows import FlowService
from chatbot.bots.intents import IntentService
from chatbot.bots.repository import BotRepository
from chatbot.connections.connections import ConnectionService
from chatbot.connections.repository import ConnectionRepository
from chatbot.demo import content
from chatbot.demo.content import TENANTS, DemoTenant
from chatbot.demo.repository import AllJobsRepository
from chatbot.documents.documents import DocumentService
from chatbot.documents.knowledge_bases.repository import KnowledgeBaseRepository
from chatbot.documents.received import ReceivedDocument
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import BotNotFound, ServiceUnavailable
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.parts import Parts
from chatbot.foundation.security import Caller, scopes_of_role
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.security.secret_box import SecretBox
from chatbot.models import KnowledgeBase, Tenant, User, new_id, utc_now
from chatbot.search.search import KnowledgeSearch
from chatbot.understanding.job_orders import Train
from connectors.http_client import GuardedHttpClient

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
    loaded: list[tuple[str, DemoAccess]] = []
    started, is_new = utc_now(), False
    for tenant in TENANTS:
        async with parts.get(Database).read(SYSTEM) as session:
            row = await AllTenantsRepository(session).by_slug(tenant.slug)
        tenant_id = await _create(parts, tenant, backend_url, origins) if row is None else row.id
        if row is None or tenant.slug not in known:  # an earlier load was cut short
            access, is_new = await _new_access(parts, tenant, tenant_id), True
        else:
            access = known[tenant.slug]
        await _point_at(parts, tenant_id, backend_url, origins)
        loaded.append((tenant_id, access))
    if is_new:
        await _finish_jobs(parts, progress, started)
    for tenant_id, access in loaded:
        await _warm(parts, tenant_id, access)
    return [access for _, access in loaded]


async def _create(parts: Parts, tenant: DemoTenant, backend_url: str, origins: Sequence[str]) -> str:
    """The new tenant's id. Nobody can sign in to it yet."""
    tenant_id = new_id()
    documents = [await _store(parts, tenant_id, path) for path in content.documents_of(tenant)]
    async with parts.get(Database).write(tenant_id) as session:
        AllTenantsRepository(session).add(Tenant(id=tenant_id, slug=tenant.slug, name=tenant.name))
        await session.flush()
        knowledge_base = KnowledgeBase(id=new_id(), name=tenant.knowledge_base_name)
        knowledge_base_id = KnowledgeBaseRepository(session, tenant_id).add(knowledge_base).id
        await session.flush()
        fields = {"name": tenant.bot_name, "greeting": tenant.greeting, "allowed_origins": origins}
        bot = (await BotService(session, tenant_id).create(fields, [knowledge_base_id])).row
        await IntentService(session, tenant_id).add(bot.id, content.intent_examples())
        for flow in content.flows():
            await FlowService(session, tenant_id).create(bot.id, flow)
        connections = ConnectionService(session, tenant_id, parts.get(SecretBox), parts.get(GuardedHttpClient))
        for connection in content.connections(backend_url):
            await connections.create(**connection)
        parts.get(JobQueue).enqueue(session, tenant_id, Train(bot.id))
        service = DocumentService(session, tenant_id, parts.get(JobQueue))
        for document in documents:
            await service.add(knowledge_base_id, document)
    return tenant_id


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


async def _new_access(parts: Parts, tenant: DemoTenant, tenant_id: str) -> DemoAccess:
    """A password and an API key of the owner, who is made where there is none."""
    password = secrets.token_urlsafe(9)
    password_hash = await parts.get(Passwords).hash(password)
    async with parts.get(Database).write(tenant_id) as session:
        users, bots = UserRepository(session, tenant_id), BotRepository(session, tenant_id)
        user = await users.with_email(tenant.email)
        if user is None:
            user = users.add(User(email=tenant.email, name=tenant.person, role="owner"))
        user.password_hash = password_hash
        await session.flush()
        owner = Caller(tenant_id, "user", user.id, scopes_of_role(user.role))
        key = await ApiKeyService(session, owner).create(name="Demo", scopes=owner.scopes, expires_at=None)
        bot = await bots.default()
        if bot is None:
            raise BotNotFound("bot")
        knowledge_base_ids = (await bots.knowledge_bases_of([bot.id]))[bot.id]
    known = next(iter(knowledge_base_ids), "")
    return DemoAccess(tenant.slug, tenant.email, password, key.secret, bot.id, known, bot.widget_key)


async def _point_at(parts: Parts, tenant_id: str, backend_url: str, origins: Sequence[str]) -> None:
    """The ports may be others than last time: the connections and the widget's origins follow."""
    async with parts.get(Database).write(tenant_id) as session:
        connections = ConnectionRepository(session, tenant_id)
        for connection in content.connections(backend_url):
            row = await connections.with_name(connection["name"])
            if row is not None and row.config != connection["config"]:
                row.config, row.revision = dict(connection["config"]), row.revision + 1
        bot = await BotRepository(session, tenant_id).default()
        missing = [origin for origin in origins if bot is not None and origin not in bot.allowed_origins]
        if bot is not None and missing:
            bot.allowed_origins = [*bot.allowed_origins, *missing]
            bot.revision += 1


async def _warm(parts: Parts, tenant_id: str, access: DemoAccess) -> None:
    """Read the indexes and run the models once, so that the first visitor doesn't wait for it."""
    for language, question in (("zh", "你好"), ("en", "hello")):
        await parts.get(KnowledgeSearch).search(
            tenant_id, [access.knowledge_base_id], question, language=language, limit=1
        )


async def _finish_jobs(parts: Parts, progress: Progress, started: datetime) -> None:
    """Waits for the jobs at hand, saying how far they are. One from before `started` may fail: its owner sees to it."""
    said = ""
    async with asyncio.timeout(LONGEST_LOAD_S):
        while True:
            async with parts.get(Database).read(SYSTEM) as session:
                jobs = AllJobsRepository(session)
                unfinished, failure = await jobs.unfinished(), await jobs.failure_since(started)
            if failure:
                raise ServiceUnavailable(f"A job of the demo failed: {failure}")
            if not unfinished:
                return
            line = f"{unfinished[0]} ({len(unfinished)} to go)"
            if line != said:
                progress(line)
                said = line
            await asyncio.sleep(0.2)
