"""API keys: shown once, worth no more than whoever made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.accounts.api_keys.repository import ApiKeyRepository
from chatbot.foundation.errors import Conflict, Forbidden, InvalidInput
from chatbot.foundation.security import KEY_SCOPES, Caller
from chatbot.foundation.security.keys import new_api_key
from chatbot.models import ApiKey, utc_now


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """`secret` is nowhere else."""

    row: ApiKey
    secret: str


class ApiKeyService:
    def __init__(self, session: AsyncSession, caller: Caller) -> None:
        self._session = session
        self._caller = caller
        self._keys = ApiKeyRepository(session, caller.tenant_id)

    async def page(self, *, limit: int, cursor: str | None) -> tuple[Sequence[ApiKey], str | None]:
        """Revoked ones too."""
        return await self._keys.page(limit=limit, cursor=cursor)

    async def create(self, *, name: str, scopes: frozenset[str], expires_at: datetime | None) -> IssuedKey:
        """Raises Forbidden for a scope the caller lacks, InvalidInput for a time that has passed."""
        self._may_hand_out(scopes)
        if expires_at is not None and expires_at <= utc_now():
            raise InvalidInput("The key would already have expired.", field="expires_at")
        key = new_api_key()
        row = self._keys.add(
            ApiKey(
                name=name,
                prefix=key.prefix,
                secret_hash=key.digest,
                scopes=sorted(scopes),
                created_by=await self._responsible_user(),
                expires_at=expires_at,
            )
        )
        await self._session.flush()
        return IssuedKey(row, key.secret)

    async def rotate(self, api_key_id: str) -> IssuedKey:
        """A new secret for the same key; the old one dies at once. Raises Forbidden, Conflict."""
        row = await self._keys.get(api_key_id)
        if row.revoked_at is not None:
            raise Conflict("The key is revoked; make a new one.")
        self._may_hand_out(frozenset(row.scopes))
        key = new_api_key()
        row.prefix, row.secret_hash = key.prefix, key.digest
        await self._session.flush()
        return IssuedKey(row, key.secret)

    async def revoke(self, api_key_id: str) -> None:
        """Revoking twice changes nothing."""
        row = await self._keys.get(api_key_id)
        if row.revoked_at is None:
            row.revoked_at = utc_now()

    def _may_hand_out(self, scopes: frozenset[str]) -> None:
        missing = scopes - (self._caller.scopes & KEY_SCOPES)
        if missing:
            raise Forbidden(f"You lack what the key would hold: {', '.join(sorted(missing))}.")

    async def _responsible_user(self) -> str | None:
        """A key made with a key answers to the same person, and dies with the same account."""
        if self._caller.kind == "user":
            return self._caller.id
        return (await self._keys.get(self._caller.id)).created_by
