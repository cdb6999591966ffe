"""Signing in: OAuth2 password form in, access and refresh tokens out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, ConfigDict, Field

from chatbot.accounts.sign_in.sign_in import LONGEST_PASSWORD, Profile, SignInDesk, TokenPair
from chatbot.edge.dependencies import AnyCaller, client_address, part, parts_of
from chatbot.edge.fields import Identifier, StrictBody, Text, body_of
from chatbot.edge.problems import PROBLEMS
from chatbot.foundation.errors import Forbidden
from chatbot.foundation.rate_limit import RateLimiter

router = APIRouter(prefix="/auth", tags=["auth"])


async def count_sign_in(request: Request) -> None:
    """Per address: a credential is what is being guessed."""
    await parts_of(request).get(RateLimiter).check("login", client_address(request))


Accounts = Annotated[SignInDesk, part(SignInDesk)]
Guarded = Depends(count_sign_in)
Password = Annotated[Text, Field(max_length=LONGEST_PASSWORD)]


class TokenBody(BaseModel):
    """Send `access_token` as `Authorization: Bearer`; trade `refresh_token` once for new ones."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"access_token": "eyJ…", "refresh_token": "eyJ…", "token_type": "bearer", "expires_in": 900}]
        }
    )

    access_token: str
    refresh_token: str
    token_type: str = "bearer"  # noqa: S105 -- a kind, not a secret
    expires_in: int = Field(description="Seconds until the access token ends.")


class RefreshBody(StrictBody):
    refresh_token: Annotated[Text, Field(min_length=1, max_length=4096)]


class PasswordBody(StrictBody):
    current_password: Password
    new_password: Password


class TenantOfProfile(BaseModel):
    id: Identifier
    slug: str
    name: str


class ProfileBody(BaseModel):
    """`email` and `role` are empty for API keys."""

    kind: str = Field(examples=["user"])
    id: Identifier
    tenant: TenantOfProfile
    email: str = Field(examples=["ann@example.com"])
    name: str
    role: str = Field(examples=["admin"])
    scopes: list[str] = Field(examples=[["chat", "knowledge:read"]])


@router.post("/token", dependencies=[Guarded], responses={401: PROBLEMS[401]})
async def sign_in(
    accounts: Accounts,
    username: Annotated[Text, Form(max_length=254, description="The e-mail address.", examples=["ann@example.com"])],
    password: Annotated[Password, Form()],
    grant_type: Annotated[str | None, Form(pattern="^password$")] = None,  # noqa: ARG001 -- OAuth2 clients send it
) -> TokenBody:
    """Counted per address. The answer to a wrong password doesn't tell whether the account exists."""
    return _tokens(await accounts.sign_in(username, password))


@router.post("/refresh", dependencies=[Guarded], responses={401: PROBLEMS[401]})
async def refresh_tokens(body: RefreshBody, accounts: Accounts) -> TokenBody:
    """A refresh token works once. Using it again ends every sign-in that came of it: somebody has a copy."""
    return _tokens(await accounts.refresh(body.refresh_token))


@router.post("/logout", status_code=204)
async def sign_out(body: RefreshBody, accounts: Accounts) -> None:
    """Ends the sign-in that the refresh token belongs to."""
    await accounts.sign_out(body.refresh_token)


@router.post("/password", status_code=204, dependencies=[Guarded])
async def change_password(body: PasswordBody, caller: AnyCaller, accounts: Accounts) -> None:
    """Of the signed-in user; ends all their sign-ins."""
    if caller.kind != "user":
        raise Forbidden("An API key has no password.")
    await accounts.change_password(caller, body.current_password, body.new_password)


@router.get("/me")
async def get_profile(caller: AnyCaller, accounts: Accounts) -> ProfileBody:
    """Whose credential this is and what it may do."""
    return _profile(await accounts.profile(caller))


def _tokens(pair: TokenPair) -> TokenBody:
    return TokenBody(access_token=pair.access_token, refresh_token=pair.refresh_token, expires_in=pair.expires_in)


def _profile(profile: Profile) -> ProfileBody:
    tenant = TenantOfProfile(id=profile.tenant_id, slug=profile.tenant_slug, name=profile.tenant_name)
    return body_of(ProfileBody, profile, tenant=tenant, scopes=sorted(profile.scopes))
