"""Keys for integrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chatbot.accounts.api_keys.keys import ApiKeyService, IssuedKey
from chatbot.edge.dependencies import callers_service
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf, Name, StrictBody, body_of
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.foundation.security import Scope

router = APIRouter(prefix="/v1/api-keys", tags=["api keys"])

Keys = Annotated[ApiKeyService, callers_service(ApiKeyService, "api_keys:manage")]


class NewApiKey(StrictBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "CRM", "scopes": ["chat"]}]})

    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20, default_factory=lambda: ["chat"])]
    expires_at: AwareDatetime | None = None


class ApiKeyBody(BaseModel):
    """`prefix` is how the secret begins."""

    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    name: str
    prefix: str = Field(examples=["ecp_3kTz8s0Q"])
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class IssuedApiKeyBody(ApiKeyBody):
    """The only time that `secret` is shown."""

    secret: str = Field(examples=["ecp_3kTz8s0Qm1…"])


@router.get("")
async def list_api_keys(keys: Keys, limit: Limit = 50, cursor: Cursor = None) -> ListOf[ApiKeyBody]:
    """Newest first, revoked ones too."""
    rows, following = await keys.page(limit=limit, cursor=cursor)
    return ListOf(items=[ApiKeyBody.model_validate(row) for row in rows], next_cursor=following)


@router.post("", status_code=201)
async def create_api_key(body: NewApiKey, keys: Keys) -> IssuedApiKeyBody:
    """A key can't hold a scope that its maker lacks, also later."""
    return _issued(await keys.create(name=body.name, scopes=frozenset(body.scopes), expires_at=body.expires_at))


@router.post("/{api_key_id}/rotate", responses={**NOT_FOUND, **CONFLICT})
async def rotate_api_key(api_key_id: Identifier, keys: Keys) -> IssuedApiKeyBody:
    """The old secret stops working at once."""
    return _issued(await keys.rotate(api_key_id))


@router.delete("/{api_key_id}", status_code=204, responses=NOT_FOUND)
async def revoke_api_key(api_key_id: Identifier, keys: Keys) -> None:
    """The key stays in the list, revoked."""
    await keys.revoke(api_key_id)


def _issued(key: IssuedKey) -> IssuedApiKeyBody:
    return body_of(IssuedApiKeyBody, key.row, secret=key.secret)
