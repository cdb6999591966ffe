"""Who calls, and the secrets that prove it: passwords, tokens, API keys, and secrets at rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

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
