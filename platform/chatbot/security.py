"""Who calls, and the secrets that prove it: passwords, tokens, API keys, and secrets at rest."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Literal, get_args

from cryptography.fernet import Fernet, InvalidToken
from jose import JWTError, jwk, jwt
from passlib.context import CryptContext

from chatbot.errors import ServiceUnavailable, Unauthenticated

Scope = Literal[
    "chat",
    "knowledge:read",
    "knowledge:write",
    "bots:read",
    "bots:write",
    "conversations:read",
    "conversations:write",
    "connections:read",
    "connections:write",
    "users:manage",
    "api_keys:manage",
    "tenant:manage",
    "operator",
]
Role = Literal["owner", "admin", "editor", "agent", "viewer"]
CallerKind = Literal["user", "key", "visitor"]

SCOPES: frozenset[str] = frozenset(get_args(Scope))
ROLES: tuple[str, ...] = get_args(Role)
KEY_SCOPES = SCOPES - {"operator"}  # what an API key may hold at all
VISITOR_SCOPES: frozenset[str] = frozenset({"chat"})
ROLE_SCOPES: Mapping[str, frozenset[str]] = {
    "owner": KEY_SCOPES,
    "admin": KEY_SCOPES - {"tenant:manage"},
    "editor": frozenset(
        {
            "chat",
            "knowledge:read",
            "knowledge:write",
            "bots:read",
            "bots:write",
            "conversations:read",
            "connections:read",
        }
    ),
    "agent": frozenset({"chat", "knowledge:read", "bots:read", "conversations:read", "conversations:write"}),
    "viewer": frozenset({"knowledge:read", "bots:read", "conversations:read"}),
}

API_KEY_PREFIX = "ecp_"
ISSUER = "enterprise-chatbot-platform"
ALGORITHM = "HS256"


def scopes_of_role(role: str, *, is_operator: bool = False) -> frozenset[str]:
    """A role this version doesn't know has no scope."""
    scopes = ROLE_SCOPES.get(role, frozenset())
    return scopes | {"operator"} if is_operator else scopes


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever a credential proves to be calling; everything a request may touch follows from it."""

    tenant_id: str
    kind: CallerKind
    id: str
    scopes: frozenset[str]
    name: str = ""
    role: str = ""  # of users
    bot_id: str | None = None  # of visitors: the one bot they may talk to
    origin: str = ""  # of visitors: the page they came from
    tenant_slug: str = ""
    is_operator: bool = False

    @property
    def caller_id(self) -> str:
        """Names the caller in rate limits, idempotency keys and logs."""
        return f"{self.kind}:{self.id}"


class Passwords:
    """Argon2id, off the event loop, a few at a time since each takes 19 MiB."""

    def __init__(self, *, at_once: int = 4) -> None:
        self._context = CryptContext(
            schemes=["argon2"], argon2__memory_cost=19 * 1024, argon2__time_cost=2, argon2__parallelism=1
        )
        self._turns = asyncio.Semaphore(at_once)

    async def hash(self, password: str) -> str:
        async with self._turns:
            return str(await asyncio.to_thread(self._context.hash, password))

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Without a hash (nobody has that e-mail address) it takes as long and answers False."""
        async with self._turns:
            return await asyncio.to_thread(self._verify, password, password_hash)

    def _verify(self, password: str, password_hash: str | None) -> bool:
        if password_hash is None or not self._context.identify(password_hash):
            self._context.verify(password, self._nobodys_hash)
            return False
        try:
            return bool(self._context.verify(password, password_hash))
        except ValueError:  # a damaged hash matches nothing
            return False

    @cached_property
    def _nobodys_hash(self) -> str:
        return str(self._context.hash(secrets.token_urlsafe(16)))


@dataclass(frozen=True, slots=True)
class UserToken:
    """What an access token proves."""

    user_id: str
    tenant_id: str


@dataclass(frozen=True, slots=True)
class VisitorToken:
    """What a widget's token proves."""

    visitor_id: str
    tenant_id: str
    bot_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class SignInToken:
    """What a refresh token, or the session cookie of the admin pages, proves: one row of refresh_tokens."""

    user_id: str
    tenant_id: str
    token_id: str
    family_id: str


class Tokens:
    """Signs and reads JWTs. Each purpose has its own audience, so that no token serves another purpose."""

    def __init__(
        self,
        signing_key: str,
        *,
        access_minutes: int = 15,
        refresh_days: int = 30,
        visitor_hours: int = 24 * 7,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._key = jwk.construct(signing_key, ALGORITHM)
        self._clock = clock
        self.access_lifetime = timedelta(minutes=access_minutes)
        self.refresh_lifetime = timedelta(days=refresh_days)
        self.visitor_lifetime = timedelta(hours=visitor_hours)

    def access(self, user_id: str, tenant_id: str) -> str:
        return self._sign("access", user_id, tenant_id, self.access_lifetime)

    def refresh(self, token: SignInToken) -> str:
        return self._sign_in("refresh", token)

    def session(self, token: SignInToken) -> str:
        """For the cookie of the admin pages: it doesn't rotate, and its row revokes it."""
        return self._sign_in("session", token)

    def visitor(self, token: VisitorToken) -> str:
        return self._sign(
            "visitor",
            token.visitor_id,
            token.tenant_id,
            self.visitor_lifetime,
            {"bot": token.bot_id, "origin": token.origin},
        )

    def read_bearer(self, token: str) -> UserToken | VisitorToken:
        """For `Authorization: Bearer`. Raises Unauthenticated."""
        claims = self._read(token, "access", "visitor")
        if claims["aud"] == "access":
            return UserToken(claims["sub"], claims["tenant"])
        return VisitorToken(claims["sub"], claims["tenant"], claims.get("bot", ""), claims.get("origin", ""))

    def read_refresh(self, token: str) -> SignInToken:
        """Raises Unauthenticated."""
        return self._read_sign_in(token, "refresh")

    def read_session(self, token: str) -> SignInToken:
        """Raises Unauthenticated."""
        return self._read_sign_in(token, "session")

    def _sign_in(self, audience: str, token: SignInToken) -> str:
        return self._sign(
            audience,
            token.user_id,
            token.tenant_id,
            self.refresh_lifetime,
            {"jti": token.token_id, "family": token.family_id},
        )

    def _read_sign_in(self, token: str, audience: str) -> SignInToken:
        claims = self._read(token, audience)
        return SignInToken(claims["sub"], claims["tenant"], claims.get("jti", ""), claims.get("family", ""))

    def _sign(
        self, audience: str, subject: str, tenant_id: str, lifetime: timedelta, extra: Mapping[str, str] | None = None
    ) -> str:
        now = self._clock()
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": audience,
            "sub": subject,
            "tenant": tenant_id,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            **(extra or {}),
        }
        return str(jwt.encode(claims, self._key, algorithm=ALGORITHM))

    def _read(self, token: str, *audiences: str) -> dict[str, str]:
        """The claims that are text. A list of algorithms, never a string: jose would look for substrings."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                options={
                    "verify_aud": False,  # required and checked below: jose takes one audience only
                    "require_exp": True,
                    "require_iat": True,
                    "require_iss": True,
                    "require_sub": True,
                },
            )
        except (JWTError, ValueError, TypeError, OverflowError) as error:
            raise Unauthenticated("The token is not valid, or no longer valid.") from error
        texts = {name: value for name, value in claims.items() if isinstance(value, str)}
        if texts.get("aud") not in audiences or not texts.get("sub") or not texts.get("tenant"):
            raise Unauthenticated("The token is not meant for this.")
        return texts


@dataclass(frozen=True, slots=True)
class ApiKeySecret:
    """A new key: `secret` is shown once, `prefix` in lists, and `digest` is all that is kept."""

    secret: str
    prefix: str
    digest: str


def new_api_key() -> ApiKeySecret:
    secret = API_KEY_PREFIX + secrets.token_urlsafe(32)
    return ApiKeySecret(secret, secret[:12], api_key_digest(secret))


def api_key_digest(secret: str) -> str:
    """SHA-256 in hex: with 256 random bits a slow hash adds nothing, and a look-up by digest tells no prefix."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def new_widget_key() -> str:
    """Public: it names a bot, and works only from the origins that the bot lists."""
    return "wk_" + secrets.token_urlsafe(24)


class SecretBox:
    """Encrypts the secrets of connections (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, fernet_key: str) -> None:
        self._fernet = Fernet(fernet_key)

    def seal_mapping(self, values: Mapping[str, str]) -> str:
        """The empty text for no secrets."""
        return self._fernet.encrypt(json.dumps(dict(values)).encode()).decode() if values else ""

    def open_mapping(self, sealed: str) -> dict[str, str]:
        """Raises ServiceUnavailable when the encryption key is not the one that sealed."""
        if not sealed:
            return {}
        try:
            values = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise ServiceUnavailable("Stored secrets cannot be read: the encryption key has changed.") from error
        return {str(name): str(value) for name, value in values.items()}
