"""The people of the caller's tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from chatbot.accounts.sign_in.sign_in import LONGEST_PASSWORD, SHORTEST_PASSWORD
from chatbot.accounts.users.users import UserChanges, UserService
from chatbot.edge.dependencies import callers_service
from chatbot.edge.fields import Cursor, Email, Identifier, Limit, ListOf, StrictBody, Text
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.foundation.security import Role
from chatbot.foundation.security.passwords import Passwords

router = APIRouter(prefix="/v1/users", tags=["users"])

NewPassword = Annotated[
    Text, Field(max_length=LONGEST_PASSWORD, description=f"At least {SHORTEST_PASSWORD} characters.")
]


Users = Annotated[UserService, callers_service(UserService, "users:manage", Passwords)]


class NewUser(StrictBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"email": "ann@example.com", "name": "Ann", "role": "editor", "password": "correct horse battery"}
            ]
        }
    )

    email: Email
    name: Annotated[Text, Field(max_length=200)] = ""
    role: Role
    password: NewPassword


class UserPatch(StrictBody):
    """What is missing stays."""

    name: Annotated[Text, Field(max_length=200)] | None = None
    role: Role | None = None
    is_active: bool | None = None
    password: NewPassword | None = None


class UserBody(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    email: str
    name: str
    role: Role
    is_active: bool
    created_at: datetime


@router.get("")
async def list_users(users: Users, limit: Limit = 50, cursor: Cursor = None) -> ListOf[UserBody]:
    """Newest first."""
    rows, following = await users.page(limit=limit, cursor=cursor)
    return ListOf(items=[UserBody.model_validate(row) for row in rows], next_cursor=following)


@router.post("", status_code=201, responses=CONFLICT)
async def create_user(body: NewUser, users: Users) -> UserBody:
    """Nobody can give a role that may do more than their own."""
    user = await users.create(email=body.email, name=body.name, role=body.role, password=body.password)
    return UserBody.model_validate(user)


@router.get("/{user_id}", responses=NOT_FOUND)
async def get_user(user_id: Identifier, users: Users) -> UserBody:
    return UserBody.model_validate(await users.get(user_id))


@router.patch("/{user_id}", responses={**NOT_FOUND, **CONFLICT})
async def change_user(user_id: Identifier, body: UserPatch, users: Users) -> UserBody:
    """A disabled user's tokens and keys stop working at once."""
    changes = UserChanges(name=body.name, role=body.role, is_active=body.is_active, password=body.password)
    return UserBody.model_validate(await users.change(user_id, changes))


@router.delete("/{user_id}", status_code=204, responses={**NOT_FOUND, **CONFLICT})
async def delete_user(user_id: Identifier, users: Users) -> None:
    """The keys the user made are revoked."""
    await users.delete(user_id)
