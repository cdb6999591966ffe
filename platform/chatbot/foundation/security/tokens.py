"""JSON Web Tokens: what each says, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jose import JWTError, jwk, jwt

from chatbot.foundation.errors import Unauthenticated

ISSUER = "enterprise-chatbot-platform"


ALGORITHM = "HS256"


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
