"""What a credential stands for, now: one statement of a few columns for each request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from chatbot.foundation.database.statements import Statements
from chatbot.models import ApiKey, Bot, Tenant, User

_USER = (
    select(User.name, User.email, User.role, User.is_operator, Tenant.slug)
    .join(Tenant, Tenant.id == User.tenant_id)
    .where(
        User.id == bindparam("user_id"),
        User.tenant_id == bindparam("tenant_id"),
        User.is_active.is_(True),
        Tenant.is_active.is_(True),
    )
)
_KEY = (
    select(
        ApiKey.id,
        ApiKey.tenant_id,
        ApiKey.name,
        ApiKey.scopes,
        ApiKey.expires_at,
        ApiKey.created_by,
        User.role,
        User.is_active,
        Tenant.slug,
    )
    .join(Tenant, Tenant.id == ApiKey.tenant_id)
    .join(User, User.id == ApiKey.created_by, isouter=True)
    .where(
        ApiKey.secret_hash == bindparam("digest"),
        ApiKey.revoked_at.is_(None),
        Tenant.is_active.is_(True),
    )
)
_BOT = (
    select(Bot.allowed_origins, Tenant.slug)
    .join(Tenant, Tenant.id == Bot.tenant_id)
    .where(
        Bot.id == bindparam("bot_id"),
        Bot.tenant_id == bindparam("tenant_id"),
        Bot.is_active.is_(True),
        Tenant.is_active.is_(True),
    )
)


@dataclass(frozen=True, slots=True)
class ActiveUser:
    name: str
    role: str
    is_operator: bool
    tenant_slug: str


@dataclass(frozen=True, slots=True)
class ActiveKey:
    """`creator_role` is None for a key that no user of this tenant made."""

    id: str
    tenant_id: str
    name: str
    scopes: frozenset[str]
    expires_at: datetime | None
    creator_role: str | None
    tenant_slug: str


@dataclass(frozen=True, slots=True)
class ActiveBot:
    """What a widget may use."""

    allowed_origins: frozenset[str]
    tenant_slug: str


class CallerRepository:
    """Unlike other repositories it isn't built with a tenant: it finds out which one a credential belongs to.

    Everything it returns is alive: user, key, bot, tenant, and the user who made the key.
    """

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def user(self, user_id: str, tenant_id: str) -> ActiveUser | None:
        for name, email, role, is_operator, slug in await self._statements.rows(
            _USER, {"user_id": user_id, "tenant_id": tenant_id}
        ):
            return ActiveUser(name or email, role, is_operator, slug)
        return None

    async def key(self, digest: str) -> ActiveKey | None:
        for (
            identifier,
            tenant_id,
            name,
            scopes,
            expires_at,
            created_by,
            role,
            is_active,
            slug,
        ) in await self._statements.rows(_KEY, {"digest": digest}):
            if created_by is None or is_active:
                return ActiveKey(identifier, tenant_id, name, frozenset(scopes), expires_at, role, slug)
        return None

    async def bot(self, bot_id: str, tenant_id: str) -> ActiveBot | None:
        for allowed_origins, slug in await self._statements.rows(_BOT, {"bot_id": bot_id, "tenant_id": tenant_id}):
            return ActiveBot(frozenset(allowed_origins), slug)
        return None
