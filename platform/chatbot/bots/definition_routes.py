"""How a bot talks and what it recognises: flows and entities, in force with the next message."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from typing_extensions import TypeAliasType

from chatbot.bots.flows_and_entities import EntityService, FlowService
from chatbot.edge.dependencies import service
from chatbot.edge.fields import Cursor, DescribedBy, Identifier, JsonObject, Label, Limit, ListOf, StrictBody
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from dialogue.flow_definition import FlowDefinition
from nlu.entities.definitions import BuiltInDefinition, GazetteerDefinition, PatternDefinition

router = APIRouter(prefix="/v1/bots/{bot_id}", tags=["bots"])


EntityDefinition = TypeAliasType(
    "EntityDefinition",
    Annotated[GazetteerDefinition | PatternDefinition | BuiltInDefinition, Field(discriminator="kind")],
)


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
    definition: Annotated[JsonObject, DescribedBy(EntityDefinition)]


class EntityDefinitionBody(StrictBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"definition": {"kind": "pattern", "pattern": "[A-Z]\\d"}}]}
    )

    definition: Annotated[JsonObject, DescribedBy(EntityDefinition)]


class FlowDefinitionBody(StrictBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"definition": {"name": "opening_hours", "intents": ["opening_hours"], "say": {"en": "Nine to five."}}}
            ]
        }
    )

    definition: Annotated[JsonObject, DescribedBy(FlowDefinition)]


class DefinedEntity(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    name: str
    definition: Annotated[dict[str, JsonValue], DescribedBy(EntityDefinition)]


class DefinedFlow(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    name: str
    definition: Annotated[dict[str, JsonValue], DescribedBy(FlowDefinition)]


Entities = Annotated[EntityService, service(EntityService, "bots:read")]
WritableEntities = Annotated[EntityService, service(EntityService, "bots:write")]
Flows = Annotated[FlowService, service(FlowService, "bots:read")]
WritableFlows = Annotated[FlowService, service(FlowService, "bots:write")]


@router.get("/entities", responses=NOT_FOUND)
async def list_entities(
    bot_id: Identifier, entities: Entities, limit: Limit = 50, cursor: Cursor = None
) -> ListOf[DefinedEntity]:
    rows, following = await entities.page(bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[DefinedEntity.model_validate(row) for row in rows], next_cursor=following)


@router.post("/entities", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def create_entity(bot_id: Identifier, body: NewEntity, entities: WritableEntities) -> DefinedEntity:
    """In force with the next message."""
    return DefinedEntity.model_validate(await entities.create(bot_id, body.name, body.definition))


@router.get("/entities/{entity_id}", responses=NOT_FOUND)
async def get_entity(bot_id: Identifier, entity_id: Identifier, entities: Entities) -> DefinedEntity:
    return DefinedEntity.model_validate(await entities.get(bot_id, entity_id))


@router.put("/entities/{entity_id}", responses=NOT_FOUND)
async def replace_entity(
    bot_id: Identifier, entity_id: Identifier, body: EntityDefinitionBody, entities: WritableEntities
) -> DefinedEntity:
    return DefinedEntity.model_validate(await entities.replace(bot_id, entity_id, body.definition))


@router.delete("/entities/{entity_id}", status_code=204, responses=NOT_FOUND)
async def delete_entity(bot_id: Identifier, entity_id: Identifier, entities: WritableEntities) -> None:
    await entities.delete(bot_id, entity_id)


@router.get("/flows", responses=NOT_FOUND)
async def list_flows(bot_id: Identifier, flows: Flows, limit: Limit = 50, cursor: Cursor = None) -> ListOf[DefinedFlow]:
    rows, following = await flows.page(bot_id, limit=limit, cursor=cursor)
    return ListOf(items=[DefinedFlow.model_validate(row) for row in rows], next_cursor=following)


@router.post("/flows", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def create_flow(bot_id: Identifier, body: FlowDefinitionBody, flows: WritableFlows) -> DefinedFlow:
    """A 422 names the place in the definition, such as `body.definition.slots[0].prompt`."""
    return DefinedFlow.model_validate(await flows.create(bot_id, body.definition))


@router.get("/flows/{flow_id}", responses=NOT_FOUND)
async def get_flow(bot_id: Identifier, flow_id: Identifier, flows: Flows) -> DefinedFlow:
    return DefinedFlow.model_validate(await flows.get(bot_id, flow_id))


@router.put("/flows/{flow_id}", responses={**NOT_FOUND, **CONFLICT})
async def replace_flow(
    bot_id: Identifier, flow_id: Identifier, body: FlowDefinitionBody, flows: WritableFlows
) -> DefinedFlow:
    """The next message of every conversation meets the new flow."""
    return DefinedFlow.model_validate(await flows.replace(bot_id, flow_id, body.definition))


@router.delete("/flows/{flow_id}", status_code=204, responses=NOT_FOUND)
async def delete_flow(bot_id: Identifier, flow_id: Identifier, flows: WritableFlows) -> None:
    await flows.delete(bot_id, flow_id)
