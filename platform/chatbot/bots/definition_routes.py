"""How a bot talks and what it recognises: flows and entities, in force with the next message."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, JsonValue

from chatbot.bots.flows_and_entities import EntityService, FlowService
from chatbot.edge.dependencies import service
from chatbot.edge.fields import Cursor, Identifier, JsonObject, Label, Limit, ListOf, StrictBody
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.models import BotEntity, BotFlow

router = APIRouter(prefix="/v1/bots/{bot_id}", tags=["bots"])


class NewEntity(StrictBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "size",
                    "definition": {"kind": "gazetteer", "values": {"L": ["large", "大号"], "S": ["small"]}},
                }
            ]
        }
    )

    name: Label
    definition: JsonObject


class Definition(StrictBody):
    definition: JsonObject


class FlowDefinition(Definition):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"definition": {"name": "opening_hours", "intents": ["opening_hours"], "say": {"en": "Nine to five."}}}
            ]
        }
    )


class EntityDefinitionBody(Definition):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"definition": {"kind": "pattern", "pattern": "[A-Z]\\d"}}]}
    )


class DefinedBody(BaseModel):
    """An entity or a flow."""

    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    name: str
    definition: dict[str, JsonValue]


Entities = Annotated[EntityService, service(EntityService, "bots:read")]
WritableEntities = Annotated[EntityService, service(EntityService, "bots:write")]
Flows = Annotated[FlowService, service(FlowService, "bots:read")]
WritableFlows = Annotated[FlowService, service(FlowService, "bots:write")]


@router.get("/entities", responses=NOT_FOUND)
async def list_entities(
    bot_id: Identifier, entities: Entities, limit: Limit = 50, cursor: Cursor = None
) -> ListOf[DefinedBody]:
    rows, following = await entities.page(bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[_defined(row) for row in rows], next_cursor=following)


@router.post("/entities", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def create_entity(bot_id: Identifier, body: NewEntity, entities: WritableEntities) -> DefinedBody:
    """`definition` is `{"kind": "gazetteer", "values": {canonical: [synonyms]}}`, `{"kind": "pattern", "pattern": ...}`
    or a built-in kind such as `{"kind": "date"}`. In force with the next message."""
    return _defined(await entities.create(bot_id, body.name, body.definition))


@router.get("/entities/{entity_id}", responses=NOT_FOUND)
async def get_entity(bot_id: Identifier, entity_id: Identifier, entities: Entities) -> DefinedBody:
    return _defined(await entities.get(bot_id, entity_id))


@router.put("/entities/{entity_id}", responses=NOT_FOUND)
async def replace_entity(
    bot_id: Identifier, entity_id: Identifier, body: EntityDefinitionBody, entities: WritableEntities
) -> DefinedBody:
    return _defined(await entities.replace(bot_id, entity_id, body.definition))


@router.delete("/entities/{entity_id}", status_code=204, responses=NOT_FOUND)
async def delete_entity(bot_id: Identifier, entity_id: Identifier, entities: WritableEntities) -> None:
    await entities.delete(bot_id, entity_id)


@router.get("/flows", responses=NOT_FOUND)
async def list_flows(bot_id: Identifier, flows: Flows, limit: Limit = 50, cursor: Cursor = None) -> ListOf[DefinedBody]:
    rows, following = await flows.page(bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[_defined(row) for row in rows], next_cursor=following)


@router.post("/flows", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def create_flow(bot_id: Identifier, body: FlowDefinition, flows: WritableFlows) -> DefinedBody:
    """A 422 names the place in the definition, such as `body.definition.slots[0].prompt`."""
    return _defined(await flows.create(bot_id, body.definition))


@router.get("/flows/{flow_id}", responses=NOT_FOUND)
async def get_flow(bot_id: Identifier, flow_id: Identifier, flows: Flows) -> DefinedBody:
    return _defined(await flows.get(bot_id, flow_id))


@router.put("/flows/{flow_id}", responses={**NOT_FOUND, **CONFLICT})
async def replace_flow(
    bot_id: Identifier, flow_id: Identifier, body: FlowDefinition, flows: WritableFlows
) -> DefinedBody:
    """The next message of every conversation meets the new flow."""
    return _defined(await flows.replace(bot_id, flow_id, body.definition))


@router.delete("/flows/{flow_id}", status_code=204, responses=NOT_FOUND)
async def delete_flow(bot_id: Identifier, flow_id: Identifier, flows: WritableFlows) -> None:
    await flows.delete(bot_id, flow_id)


def _defined(row: BotEntity | BotFlow) -> DefinedBody:
    return DefinedBody.model_validate(row)
