"""Keys that integrators send."""

from __future__ import annotations

from chatbot.foundation.database.repository import TenantRepository
from chatbot.foundation.errors import ApiKeyNotFound
from chatbot.models import ApiKey, utc_now


class ApiKeyRepository(TenantRepository[ApiKey]):
    model = ApiKey
    not_found = ApiKeyNotFound
    noun = "API key"

    async def revoke_all_of(self, user_id: str) -> None:
        """The keys that a user made."""
        await self.change_all(ApiKey.created_by == user_id, ApiKey.revoked_at.is_(None), revoked_at=utc_now())
