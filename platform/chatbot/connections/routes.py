"""Connections to outside systems that flows may call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, create_model
from pydantic.config import JsonDict

from chatbot.connections.connections import ConnectionService, ConnectionTester, ShownConnection
from chatbot.edge.dependencies import part, require, service
from chatbot.edge.fields import Cursor, DescribedBy, Identifier, JsonObject, Limit, ListOf, StrictBody, Text, body_of
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.foundation.security import Caller
from chatbot.foundation.security.secret_box import SecretBox
from connectors.http_client import GuardedHttpClient
from connectors.registry import CONNECTOR_KINDS, ConfiguredConnector
from nlu.language import Language

router = APIRouter(prefix="/v1/connections", tags=["connections"])

Writer = Annotated[Caller, Depends(require("connections:write"))]
ConnectionName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$"), Field(description="What flows call it by.")
]
SecretName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]
SecretValue = Annotated[Text, Field(max_length=8192)]
CONFIG = DescribedBy(*(connector.config_form for connector in CONNECTOR_KINDS.values()))
EXAMPLE: JsonDict = {
    "name": "orders",
    "kind": "rest",
    "config": {
        "base_url": "https://orders.example.com",
        "operations": {
            "status": {
                "method": "GET",
                "path": "/orders/{order_id}",
                "fields": {"status": "/status"},
                "not_found": [404],
            }
        },
    },
    "secrets": {},
}


class NewConnection(StrictBody):
    name: ConnectionName
    kind: Annotated[Text, Field(min_length=1, max_length=32, examples=["rest", "weather"])]
    config: JsonObject = Field(default_factory=dict)
    secrets: Annotated[dict[SecretName, SecretValue], Field(max_length=20)] = Field(default_factory=dict)


def _of_kind(kind: str, connector: type[ConfiguredConnector]) -> type[NewConnection]:
    """How the document describes a new connection of this kind; the connector itself checks one."""
    fields: dict[str, Any] = {"kind": (Literal[kind], ...), "config": (connector.config_form, ...)}
    described = {"json_schema_extra": {"examples": [EXAMPLE]}} if kind == EXAMPLE["kind"] else None
    return create_model(f"New{kind.title()}Connection", __base__=NewConnection, __cls_kwargs__=described, **fields)


OF_ANY_KIND = DescribedBy(*(_of_kind(*one) for one in CONNECTOR_KINDS.items()), by="kind")


class ConnectionPatch(StrictBody):
    """What is missing stays, each secret too; a secret that is null goes."""

    name: ConnectionName | None = None
    config: Annotated[JsonObject, CONFIG] | None = None
    secrets: Annotated[dict[SecretName, SecretValue | None], Field(max_length=20)] | None = None


class ConnectionBody(BaseModel):
    """Of secrets only the names: their values never leave the server again."""

    id: Identifier
    name: str
    kind: str
    config: Annotated[dict[str, JsonValue], CONFIG]
    secret_names: list[str]
    created_at: datetime


class TestCall(StrictBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"operation": "status", "arguments": {"order_id": "A10023"}}]}
    )

    operation: Annotated[Text, Field(min_length=1, max_length=100)]
    arguments: Annotated[
        dict[Annotated[Text, Field(max_length=100)], Annotated[Text, Field(max_length=1000)]], Field(max_length=50)
    ] = Field(default_factory=dict)
    language: Language = "en"


class TestAnswer(BaseModel):
    """`error` is null on success, else "unavailable", "not_found" or "invalid"."""

    ok: bool
    milliseconds: float
    data: dict[str, JsonValue]
    error: str | None
    message: str


Connections = Annotated[ConnectionService, service(ConnectionService, "connections:read", SecretBox, GuardedHttpClient)]
WritableConnections = Annotated[
    ConnectionService, service(ConnectionService, "connections:write", SecretBox, GuardedHttpClient)
]


@router.get("")
async def list_connections(
    connections: Connections, limit: Limit = 50, cursor: Cursor = None
) -> ListOf[ConnectionBody]:
    """Newest first."""
    found, following = await connections.page(limit=limit, cursor=cursor)
    return ListOf(items=[_body(connection) for connection in found], next_cursor=following)


@router.post("", status_code=201, responses=CONFLICT)
async def create_connection(
    body: Annotated[NewConnection, OF_ANY_KIND], connections: WritableConnections
) -> ConnectionBody:
    """422 names the setting that can't work."""
    return _body(await connections.create(name=body.name, kind=body.kind, config=body.config, secrets=body.secrets))


@router.get("/{connection_id}", responses=NOT_FOUND)
async def get_connection(connection_id: Identifier, connections: Connections) -> ConnectionBody:
    return _body(await connections.get(connection_id))


@router.patch("/{connection_id}", responses={**NOT_FOUND, **CONFLICT})
async def change_connection(
    connection_id: Identifier, body: ConnectionPatch, connections: WritableConnections
) -> ConnectionBody:
    """The next call uses the change."""
    changed = await connections.change(connection_id, name=body.name, config=body.config, secrets=body.secrets)
    return _body(changed)


@router.delete("/{connection_id}", status_code=204, responses=NOT_FOUND)
async def delete_connection(connection_id: Identifier, connections: WritableConnections) -> None:
    """Flows that call it tell the user that the system is unavailable."""
    await connections.delete(connection_id)


@router.post("/{connection_id}/test", responses=NOT_FOUND)
async def test_connection(
    caller: Writer,
    connection_id: Identifier,
    body: TestCall,
    tester: Annotated[ConnectionTester, part(ConnectionTester)],
) -> TestAnswer:
    """One real call. A system that fails is an answer, not an error."""
    result = await tester.call(caller.tenant_id, connection_id, body.operation, body.arguments, language=body.language)
    return body_of(TestAnswer, result, ok=result.error is None)


def _body(connection: ShownConnection) -> ConnectionBody:
    return body_of(ConnectionBody, connection.row, secret_names=connection.secret_names)
