"""Organisations, for the operator of the installation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chatbot.accounts.sign_in.sign_in import LONGEST_PASSWORD
from chatbot.accounts.tenants.tenants import TenantService
from chatbot.edge.dependencies import callers_service
from chatbot.edge.fields import Cursor, Email, Identifier, Limit, ListOf, Name, StrictBody, Text
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.foundation.security.passwords import Passwords

router = APIRouter(prefix="/v1/tenants", tags=["tenants"])

Tenants = Annotated[TenantService, callers_service(TenantService, "operator", Passwords)]


class NewTenant(StrictBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slug": "acme",
                    "name": "Acme",
                    "owner_email": "ann@acme.example",
                    "owner_password": "correct horse battery",
                }
            ]
        }
    )

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    name: Name
    owner_email: Email
    owner_password: Annotated[Text, Field(max_length=LONGEST_PASSWORD)]


class TenantPatch(StrictBody):
    """What is missing stays."""

    name: Name | None = None
    is_active: bool | None = None


class TenantBody(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    slug: str
    name: str
    is_active: bool
    created_at: datetime


@router.get("")
async def list_tenants(tenants: Tenants, limit: Limit = 50, cursor: Cursor = None) -> ListOf[TenantBody]:
    """Newest first."""
    rows, following = await tenants.page(limit=limit, cursor=cursor)
    return ListOf(items=[TenantBody.model_validate(row) for row in rows], next_cursor=following)


@router.post("", status_code=201, responses=CONFLICT)
async def create_tenant(body: NewTenant, tenants: Tenants) -> TenantBody:
    """With its first owner, who signs in with the password given here."""
    tenant = await tenants.create(
        slug=body.slug, name=body.name, owner_email=body.owner_email, owner_password=body.owner_password
    )
    return TenantBody.model_validate(tenant)


@router.get("/{tenant_id}", responses=NOT_FOUND)
async def get_tenant(tenant_id: Identifier, tenants: Tenants) -> TenantBody:
    return TenantBody.model_validate(await tenants.get(tenant_id))


@router.patch("/{tenant_id}", responses={**NOT_FOUND, **CONFLICT})
async def change_tenant(tenant_id: Identifier, body: TenantPatch, tenants: Tenants) -> TenantBody:
    """Every credential of a disabled tenant stops working at once."""
    return TenantBody.model_validate(await tenants.change(tenant_id, name=body.name, is_active=body.is_active))
