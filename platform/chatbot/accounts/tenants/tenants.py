"""Organisations, for the operator of the installation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.accounts.sign_in.sign_in import check_password
from chatbot.accounts.tenants.repository import AllTenantsRepository
from chatbot.accounts.users.repository import UserRepository
from chatbot.accounts.users.users import EmailTaken
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import Conflict, TenantNotFound
from chatbot.foundation.security import Caller
from chatbot.foundation.security.passwords import Passwords
from chatbot.models import Tenant, User


class SlugTaken(Conflict):
    code = "slug_taken"
    title = "Another tenant has this slug"


async def tenant_id_of(database: Database, slug: str) -> str:
    """Raises TenantNotFound."""
    async with database.read(SYSTEM) as session:
        tenant = await AllTenantsRepository(session).by_slug(slug)
    if tenant is None:
        raise TenantNotFound("tenant", slug)
    return tenant.id


class TenantService:
    """Built with a session of no single tenant."""

    def __init__(self, session: AsyncSession, caller: Caller, passwords: Passwords) -> None:
        self._session = session
        self._caller = caller
        self._passwords = passwords
        self._tenants = AllTenantsRepository(session)

    async def page(self, *, limit: int, cursor: str | None) -> tuple[Sequence[Tenant], str | None]:
        return await self._tenants.page(limit=limit, cursor=cursor)

    async def get(self, tenant_id: str) -> Tenant:
        return await self._tenants.get(tenant_id)

    async def create(self, *, slug: str, name: str, owner_email: str, owner_password: str) -> Tenant:
        """With its first owner. Raises SlugTaken, EmailTaken, InvalidInput."""
        check_password(owner_password, email=owner_email)
        if await self._tenants.by_slug(slug) is not None:
            raise SlugTaken()
        tenant = self._tenants.add(Tenant(slug=slug, name=name))
        await self._session.flush()
        password_hash = await self._passwords.hash(owner_password)
        users = UserRepository(self._session, tenant.id)
        users.add(User(email=owner_email, role="owner", password_hash=password_hash))
        await users.flush(EmailTaken())
        return tenant

    async def change(self, tenant_id: str, *, name: str | None, is_active: bool | None) -> Tenant:
        """Disabling a tenant ends every credential of it at once, except that nobody locks themselves out."""
        tenant = await self._tenants.get(tenant_id)
        if is_active is False and tenant.id == self._caller.tenant_id:
            raise Conflict("You would lock yourself out.")
        if name is not None:
            tenant.name = name
        if is_active is not None:
            tenant.is_active = is_active
        return tenant
