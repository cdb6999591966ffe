"""The people of one tenant. Nobody gives away, or takes away, more than they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.accounts.api_keys.repository import ApiKeyRepository
from chatbot.accounts.sign_in.sign_in import check_password
from chatbot.accounts.users.repository import RefreshTokenRepository, UserRepository
from chatbot.foundation.errors import Conflict, Forbidden
from chatbot.foundation.security import ROLE_SCOPES, Caller
from chatbot.foundation.security.passwords import Passwords
from chatbot.models import User


class EmailTaken(Conflict):
    code = "email_taken"
    title = "This e-mail address already has an account"


class LastOwner(Conflict):
    code = "last_owner"
    title = "A tenant keeps at least one active owner"


@dataclass(frozen=True, slots=True)
class UserChanges:
    """None leaves a field as it is."""

    name: str | None = None
    role: str | None = None
    is_active: bool | None = None
    password: str | None = None


class UserService:
    def __init__(self, session: AsyncSession, caller: Caller, passwords: Passwords) -> None:
        self._session = session
        self._caller = caller
        self._passwords = passwords
        self._users = UserRepository(session, caller.tenant_id)

    async def page(self, *, limit: int, cursor: str | None) -> tuple[Sequence[User], str | None]:
        return await self._users.page(limit=limit, cursor=cursor)

    async def get(self, user_id: str) -> User:
        return await self._users.get(user_id)

    async def create(self, *, email: str, name: str, role: str, password: str) -> User:
        """Raises Forbidden, InvalidInput, EmailTaken."""
        self._may_grant(role)
        check_password(password, email=email)
        user = self._users.add(
            User(email=email, name=name, role=role, password_hash=await self._passwords.hash(password))
        )
        await self._users.flush(EmailTaken())  # of any tenant, whose rows cannot be looked up
        return user

    async def change(self, user_id: str, changes: UserChanges) -> User:
        """A new password or being disabled ends every sign-in. Raises Forbidden, InvalidInput, LastOwner."""
        user = await self._users.get(user_id)
        self._may_grant(user.role)
        if changes.role is not None:
            self._may_grant(changes.role)
        loses_owner = (changes.role is not None and changes.role != "owner") or changes.is_active is False
        if loses_owner:
            await self._keep_an_owner(user)
        if changes.name is not None:
            user.name = changes.name
        if changes.role is not None:
            user.role = changes.role
        if changes.is_active is not None:
            user.is_active = changes.is_active
        if changes.password is not None:
            check_password(changes.password, email=user.email)
            user.password_hash = await self._passwords.hash(changes.password)
        if changes.password is not None or changes.is_active is False:
            await RefreshTokenRepository(self._session, self._caller.tenant_id).revoke_all_of(user.id)
        return user

    async def delete(self, user_id: str) -> None:
        """The keys that the user made are revoked. Raises Forbidden, LastOwner."""
        user = await self._users.get(user_id)
        self._may_grant(user.role)
        await self._keep_an_owner(user)
        await ApiKeyRepository(self._session, self._caller.tenant_id).revoke_all_of(user.id)
        await self._users.delete(user)

    def _may_grant(self, role: str) -> None:
        if not ROLE_SCOPES.get(role, frozenset()) <= self._caller.scopes:
            raise Forbidden(f"This credential may not manage a user with the role {role}.")

    async def _keep_an_owner(self, user: User) -> None:
        if user.role == "owner" and user.is_active and not await self._users.other_active_owners(user.id):
            raise LastOwner()
