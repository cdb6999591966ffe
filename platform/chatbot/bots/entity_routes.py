"""What a bot recognises in a message, in force with the next one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from typing_extensions import TypeAliasType

from chatbot.bots.entities import EntityService
from chatbot.edge.dependencies import service
from chatbot.edge.fields import Cursor, DescribedBy, Identifier, JsonObject, Label, Limit, ListOf, StrictBody
from chatbot.edge.problems import CONFLICT, NOT_FOUND
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


class DefinedEntity(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    name: str
    definition: Annotated[dict[str, JsonValue], DescribedBy(EntityDefinition)]


Entities = Annotated[EntityService, service(EntityService, "bots:read")]
WritableEntities = Annotated[EntityService, service(EntityService, "bots:write")]


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
