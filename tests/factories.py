"""Rows for tests, committed and detached. Every argument has a default that is valid and unlike any other row's."""

from __future__ import annotations

import secrets
from typing import TypeVar

from chatbot.foundation.database import SYSTEM, Database
from chatbot.models import Bot, BotKnowledgeBase, Document, KnowledgeBase, Tenant, User, new_id
from chatbot.models.base import Identified

Row = TypeVar("Row", bound=Identified)


async def save(database: Database, row: Row) -> Row:
    """Add and commit one row of any tenant."""
    async with database.write(SYSTEM) as session:
        session.add(row)
    return row


async def make_tenant(
    database: Database, *, slug: str | None = None, name: str = "Acme", is_active: bool = True
) -> Tenant:
    slug = slug or f"tenant-{secrets.token_hex(4)}"
    return await save(database, Tenant(slug=slug, name=name, is_active=is_active))


async def make_user(
    database: Database,
    tenant_id: str,
    *,
    email: str | None = None,
    role: str = "owner",
    password_hash: str = "!",  # signs in with no password
    is_active: bool = True,
    is_operator: bool = False,
) -> User:
    email = email or f"{secrets.token_hex(6)}@example.com"
    user = User(
        tenant_id=tenant_id,
        email=email,
        role=role,
        password_hash=password_hash,
        is_active=is_active,
        is_operator=is_operator,
    )
    return await save(database, user)


async def make_bot(
    database: Database,
    tenant_id: str,
    *,
    name: str | None = None,
    default_language: str = "zh",
    is_default: bool = False,
    allowed_origins: tuple[str, ...] = (),
    knowledge_base_ids: tuple[str, ...] = (),
) -> Bot:
    bot = Bot(
        tenant_id=tenant_id,
        name=name or f"bot {secrets.token_hex(4)}",
        default_language=default_language,
        is_default=is_default,
        allowed_origins=list(allowed_origins),
        widget_key=secrets.token_hex(16),
    )
    await save(database, bot)
    for knowledge_base_id in knowledge_base_ids:
        link = BotKnowledgeBase(tenant_id=tenant_id, bot_id=bot.id, knowledge_base_id=knowledge_base_id)
        await save(database, link)
    return bot


async def make_knowledge_base(database: Database, tenant_id: str, *, name: str | None = None) -> KnowledgeBase:
    name = name or f"knowledge {secrets.token_hex(4)}"
    return await save(database, KnowledgeBase(tenant_id=tenant_id, name=name))


async def make_document(
    database: Database,
    tenant_id: str,
    knowledge_base_id: str,
    *,
    title: str = "Handbook",
    file_name: str = "handbook.txt",
) -> Document:
    document = Document(
        id=new_id(),
        tenant_id=tenant_id,
        knowledge_base_id=knowledge_base_id,
        title=title,
        file_name=file_name,
        media_type="text/plain",
    )
    return await save(database, document)
