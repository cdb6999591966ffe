"""From a credential to its caller, asked of the database each time: what is disabled dies at once."""

from __future__ import annotations

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.errors import OriginNotAllowed, Unauthenticated
from chatbot.foundation.rate_limit import RateLimiter
from chatbot.foundation.security import KEY_SCOPES, ROLE_SCOPES, VISITOR_SCOPES, Caller, scopes_of_role
from chatbot.foundation.security.callers import CallerRepository
from chatbot.foundation.security.keys import API_KEY_PREFIX, api_key_digest
from chatbot.foundation.security.tokens import Tokens, UserToken, VisitorToken
from chatbot.models import utc_now

LONGEST_CREDENTIAL = 4096


class Authenticator:
    """Cheap to build; one short read for each request."""

    def __init__(self, database: Database, tokens: Tokens, rate_limiter: RateLimiter) -> None:
        self._database = database
        self._tokens = tokens
        self._rate_limiter = rate_limiter

    async def identify(self, credential: str, *, origin: str | None) -> Caller:
        """Raises Unauthenticated, OriginNotAllowed (visitors), and RateLimited for the credential that was used."""
        caller = await self._caller(credential, origin)
        await self._rate_limiter.check_caller(caller)
        return caller

    async def _caller(self, credential: str, origin: str | None) -> Caller:
        if len(credential) > LONGEST_CREDENTIAL:
            raise Unauthenticated("The credential is not valid.")
        if credential.startswith(API_KEY_PREFIX):
            return await self._key(credential)
        token = self._tokens.read_bearer(credential)
        if isinstance(token, VisitorToken):
            return await self._visitor(token, origin)
        return await self._user(token)

    async def _user(self, token: UserToken) -> Caller:
        user = await CallerRepository(self._database.statements(token.tenant_id)).user(token.user_id, token.tenant_id)
        if user is None:
            raise Unauthenticated("This account is disabled or gone.")
        return Caller(
            tenant_id=token.tenant_id,
            kind="user",
            id=token.user_id,
            scopes=scopes_of_role(user.role, is_operator=user.is_operator),
            name=user.name,
            role=user.role,
            is_operator=user.is_operator,
            tenant_slug=user.tenant_slug,
        )

    async def _key(self, secret: str) -> Caller:
        key = await CallerRepository(self._database.statements(SYSTEM)).key(api_key_digest(secret))
        if key is None or (key.expires_at is not None and key.expires_at <= utc_now()):
            raise Unauthenticated("This API key is not valid, or no longer valid.")
        # A key is never worth more than the person who made it, also after a demotion.
        allowed = KEY_SCOPES if key.creator_role is None else ROLE_SCOPES.get(key.creator_role, frozenset())
        return Caller(
            tenant_id=key.tenant_id,
            kind="key",
            id=key.id,
            scopes=key.scopes & allowed & KEY_SCOPES,
            name=key.name,
            tenant_slug=key.tenant_slug,
        )

    async def _visitor(self, token: VisitorToken, origin: str | None) -> Caller:
        bot = await CallerRepository(self._database.statements(token.tenant_id)).bot(token.bot_id, token.tenant_id)
        if bot is None:
            raise Unauthenticated("This bot is not available.")
        # Browsers leave Origin out of same-origin GET requests: then the page that got the token counts.
        used = {token.origin} if origin is None else {token.origin, origin}
        if not used <= bot.allowed_origins:
            raise OriginNotAllowed("The bot does not list this origin.")
        return Caller(
            tenant_id=token.tenant_id,
            kind="visitor",
            id=token.visitor_id,
            scopes=VISITOR_SCOPES,
            bot_id=token.bot_id,
            origin=token.origin,
            tenant_slug=bot.tenant_slug,
        )
