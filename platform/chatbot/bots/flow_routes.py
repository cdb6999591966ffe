"""How a bot talks, in force with the next message."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, JsonValue

from chatbot.bots.flows import FlowService
from chatbot.edge.dependencies import service
from chatbot.edge.fields import Cursor, DescribedBy, Identifier, JsonObject, Limit, ListOf, StrictBody
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from dialogue.flow_definition import FlowDefinition

router = APIRouter(prefix="/v1/bots/{bot_id}", tags=["bots"])


class FlowDefinitionBody(StrictBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"definition": {"name": "opening_hours", "intents": ["opening_hours"], "say": {"en": "Nine to five."}}}
            ]
        }
    )

    definition: Annotated[JsonObject, DescribedBy(FlowDefinition)]


class DefinedFlow(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: Identifier
    name: str
    definition: Annotated[dict[str, JsonValue], DescribedBy(FlowDefinition)]


Flows = Annotated[FlowService, service(FlowService, "bots:read")]
WritableFlows = Annotated[FlowService, service(FlowService, "bots:write")]


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
