"""Signing in and out, and who is signed in.

These use cases open their own short transactions: none is open while a password is verified, and finding a stolen
refresh token revokes its family though the request itself is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chatbot.accounts.tenants.repository import AllTenantsRepository
from chatbot.accounts.users.repository import RefreshTokenRepository, SignInRepository, UserRepository
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import InvalidInput, Unauthenticated
from chatbot.foundation.security import Caller, scopes_of_role
from chatbot.foundation.security.passwords import Passwords
from chatbot.foundation.security.tokens import SignInToken, Tokens
from chatbot.models import RefreshToken, User, new_id, utc_now

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


class WrongPassword(Unauthenticated):
    """Doesn't tell whether the account exists."""

    code = "wrong_password"
    title = "Wrong e-mail address or password"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """`expires_in` is of the access token, in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class Profile:
    """Who a credential belongs to. `email` is empty for API keys."""

    kind: str
    id: str
    tenant_id: str
    tenant_slug: str
    tenant_name: str
    email: str
    name: str
    role: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class SessionAccess:
    """What the session cookie of the admin pages is good for, now."""

    access_token: str
    expires_in: int
    profile: Profile


def check_password(password: str, *, email: str) -> None:
    """Raises InvalidInput for a password that may not be chosen."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidInput(
            f"The password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.", field="password"
        )
    if len(set(password)) < 4 or password.lower() == email.lower():
        raise InvalidInput("The password is too easy to guess.", field="password")


class SignInDesk:
    def __init__(self, database: Database, tokens: Tokens, passwords: Passwords) -> None:
        self._database = database
        self._tokens = tokens
        self._passwords = passwords

    async def sign_in(self, email: str, password: str) -> TokenPair:
        """Raises WrongPassword, after the same work whether or not the account exists."""
        return await self._issue(await self._verified(email, password), family_id=new_id())

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Trades the token for new ones. One that was used before revokes all that came of its sign-in."""
        token = self._tokens.read_refresh(refresh_token)
        async with self._database.write(token.tenant_id) as session:
            rows = RefreshTokenRepository(session, token.tenant_id)
            is_first_use = await rows.use(token.token_id, token.user_id, utc_now())
            if not is_first_use:
                await rows.revoke_family(token.family_id)
            found = await SignInRepository(session).active_user(token.user_id, token.tenant_id)
        if not is_first_use or found is None:
            raise Unauthenticated("The refresh token is not valid, or no longer valid: sign in again.")
        return await self._issue(found[0], family_id=token.family_id)

    async def sign_out(self, refresh_token: str) -> None:
        """Revokes the sign-in; a token that is no good has nothing to revoke."""
        await self._revoke(self._tokens.read_refresh, refresh_token)

    async def open_session(self, email: str, password: str) -> str:
        """For the cookie of the admin pages: unlike a refresh token it doesn't rotate, so several tabs may share it."""
        user = await self._verified(email, password)
        token = await self._record(user, family_id=new_id())
        return self._tokens.session(token)

    async def session_access(self, session_token: str) -> SessionAccess:
        """Raises Unauthenticated when signed out, expired or disabled."""
        token = self._tokens.read_session(session_token)
        async with self._database.read(token.tenant_id) as session:
            is_live = await RefreshTokenRepository(session, token.tenant_id).is_live(
                token.token_id, token.user_id, utc_now()
            )
        if not is_live:
            raise Unauthenticated("The session is over: sign in again.")
        return SessionAccess(
            access_token=self._tokens.access(token.user_id, token.tenant_id),
            expires_in=int(self._tokens.access_lifetime.total_seconds()),
            profile=await self._user_profile(token.user_id, token.tenant_id),
        )

    async def close_session(self, session_token: str) -> None:
        """Like `sign_out`, for the cookie."""
        await self._revoke(self._tokens.read_session, session_token)

    async def profile(self, caller: Caller) -> Profile:
        """Of a user or an API key."""
        if caller.kind == "user":
            return await self._user_profile(caller.id, caller.tenant_id)
        async with self._database.read(caller.tenant_id) as session:
            tenant = await AllTenantsRepository(session).get(caller.tenant_id)
        return Profile(
            kind=caller.kind,
            id=caller.id,
            tenant_id=caller.tenant_id,
            tenant_slug=caller.tenant_slug,
            tenant_name=tenant.name,
            email="",
            name=caller.name,
            role="",
            scopes=caller.scopes,
        )

    async def change_password(self, caller: Caller, current: str, new: str) -> None:
        """Ends every sign-in of the user. Raises WrongPassword, InvalidInput."""
        async with self._database.read(caller.tenant_id) as session:
            user = await UserRepository(session, caller.tenant_id).get(caller.id)
        if not await self._passwords.verify(current, user.password_hash):
            raise WrongPassword("The current password is not right.")
        check_password(new, email=user.email)
        password_hash = await self._passwords.hash(new)
        async with self._database.write(caller.tenant_id) as session:
            (await UserRepository(session, caller.tenant_id).get(caller.id)).password_hash = password_hash
            await RefreshTokenRepository(session, caller.tenant_id).revoke_all_of(caller.id)

    async def _verified(self, email: str, password: str) -> User:
        async with self._database.read(SYSTEM) as session:
            user = await SignInRepository(session).user_by_email(email)
        is_right = await self._passwords.verify(password, user.password_hash if user else None)
        if user is None or not is_right:
            raise WrongPassword()
        return user

    async def _issue(self, user: User, *, family_id: str) -> TokenPair:
        token = await self._record(user, family_id=family_id)
        return TokenPair(
            access_token=self._tokens.access(user.id, user.tenant_id),
            refresh_token=self._tokens.refresh(token),
            expires_in=int(self._tokens.access_lifetime.total_seconds()),
        )

    async def _record(self, user: User, *, family_id: str) -> SignInToken:
        now = utc_now()
        row = RefreshToken(
            id=new_id(), user_id=user.id, family_id=family_id, expires_at=now + self._tokens.refresh_lifetime
        )
        async with self._database.write(user.tenant_id) as session:
            rows = RefreshTokenRepository(session, user.tenant_id)
            await rows.forget_expired(user.id, now)
            rows.add(row)
        return SignInToken(user.id, user.tenant_id, row.id, family_id)

    async def _revoke(self, read: Callable[[str], SignInToken], signed: str) -> None:
        try:
            token = read(signed)
        except Unauthenticated:
            return
        async with self._database.write(token.tenant_id) as session:
            await RefreshTokenRepository(session, token.tenant_id).revoke_family(token.family_id)

    async def _user_profile(self, user_id: str, tenant_id: str) -> Profile:
        async with self._database.read(tenant_id) as session:
            found = await SignInRepository(session).active_user(user_id, tenant_id)
        if found is None:
            raise Unauthenticated("This account is disabled or gone.")
        user, tenant = found
        return Profile(
            kind="user",
            id=user.id,
            tenant_id=tenant.id,
            tenant_slug=tenant.slug,
            tenant_name=tenant.name,
            email=user.email,
            name=user.name,
            role=user.role,
            scopes=scopes_of_role(user.role, is_operator=user.is_operator),
        )
