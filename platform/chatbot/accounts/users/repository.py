"""People who sign in, and their refresh tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import UserNotFound
from chatbot.models import RefreshToken, Tenant, User, utc_now


class UserRepository(TenantRepository[User]):
    model = User
    not_found = UserNotFound
    noun = "user"

    async def with_email(self, email: str) -> User | None:
        return (await self.session.scalars(self.scoped().where(User.email == email))).one_or_none()

    async def other_active_owners(self, user_id: str) -> int:
        """Locks their rows, so that two owners cannot remove each other at once."""
        owners = await self.session.scalars(
            self.scoped().where(User.role == "owner", User.is_active.is_(True), User.id != user_id).with_for_update()
        )
        return len(owners.all())


class SignInRepository:
    """Before anyone has signed in there is no tenant: an e-mail address alone names the user."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def user_by_email(self, email: str) -> User | None:
        """Only of an active user of an active tenant."""
        return (
            await self._session.scalars(
                select(User)
                .join(Tenant, Tenant.id == User.tenant_id)
                .where(User.email == email.strip().lower(), User.is_active.is_(True), Tenant.is_active.is_(True))
            )
        ).one_or_none()

    async def active_user(self, user_id: str, tenant_id: str) -> tuple[User, Tenant] | None:
        row = (
            await self._session.execute(
                select(User, Tenant)
                .join(Tenant, Tenant.id == User.tenant_id)
                .where(
                    User.id == user_id,
                    User.tenant_id == tenant_id,
                    User.is_active.is_(True),
                    Tenant.is_active.is_(True),
                )
            )
        ).one_or_none()
        return None if row is None else (row[0], row[1])


class RefreshTokenRepository(TenantRepository[RefreshToken]):
    model = RefreshToken
    noun = "refresh token"

    async def use(self, token_id: str, user_id: str, now: datetime) -> bool:
        """True for exactly one of any number of requests that bring the same token."""
        changed = await self.change_all(
            RefreshToken.id == token_id,
            RefreshToken.user_id == user_id,
            RefreshToken.used_at.is_(None),
            RefreshToken.revoked_at.is_(None),
            RefreshToken.expires_at > now,
            used_at=now,
        )
        return changed == 1

    async def is_live(self, token_id: str, user_id: str, now: datetime) -> bool:
        row = await self.find(token_id)
        return (
            row is not None
            and row.user_id == user_id
            and row.used_at is None
            and row.revoked_at is None
            and row.expires_at > now
        )

    async def revoke_family(self, family_id: str) -> None:
        await self.change_all(
            RefreshToken.family_id == family_id, RefreshToken.revoked_at.is_(None), revoked_at=utc_now()
        )

    async def revoke_all_of(self, user_id: str) -> None:
        await self.change_all(RefreshToken.user_id == user_id, RefreshToken.revoked_at.is_(None), revoked_at=utc_now())

    async def forget_expired(self, user_id: str, now: datetime) -> None:
        await self.delete_all(RefreshToken.user_id == user_id, RefreshToken.expires_at <= now)
