"""What a bot is taught: intents and their examples."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, JsonValue

from chatbot.bots.intents import IntentService, IntentSummary, NewExample, annotated
from chatbot.edge.dependencies import service
from chatbot.edge.fields import Cursor, Identifier, Label, Limit, ListOf, Sentence, StrictBody, body_of
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.models import IntentExample
from nlu.language import Language

router = APIRouter(prefix="/v1/bots/{bot_id}", tags=["bots"])

IntentPath = Annotated[str, Path(max_length=100, description="The intent's name.")]
ExampleText = Annotated[Sentence, Field(max_length=2000, examples=["[北京](city)今天下雨吗"])]


class ExampleOfIntent(StrictBody):
    """`text` may carry entities: `[北京](city)`, `[上海]{"entity": "city", "role": "to"}`."""

    text: ExampleText
    language: Language | None = None


class ExampleToAdd(ExampleOfIntent):
    intent: Label


class NewIntent(StrictBody):
    name: Label
    examples: Annotated[list[ExampleOfIntent], Field(min_length=1, max_length=500)]


class IntentPatch(StrictBody):
    name: Label


class IntentBody(BaseModel):
    """`languages` is how many examples each language has; `flow` is the name of the flow that the intent starts."""

    name: str
    example_count: int
    languages: dict[str, int]
    flow: str | None


class NewExamples(StrictBody):
    examples: Annotated[list[ExampleToAdd], Field(min_length=1, max_length=500)]


class Added(BaseModel):
    """`skipped` were there already."""

    added: int
    skipped: int


class ExamplePatch(StrictBody):
    """What is missing stays."""

    intent: Label | None = None
    text: ExampleText | None = None


class ExampleBody(BaseModel):
    """`text` is what a user would say, `annotated` the same with its entities written into it."""

    id: Identifier
    intent: str
    text: str
    annotated: str
    language: str
    entities: list[dict[str, JsonValue]]
    created_at: datetime


Intents = Annotated[IntentService, service(IntentService, "bots:read")]
WritableIntents = Annotated[IntentService, service(IntentService, "bots:write")]


@router.get("/intents", responses=NOT_FOUND)
async def list_intents(bot_id: Identifier, intents: Intents) -> ListOf[IntentBody]:
    """All of them, by name; also those that a flow names and nothing teaches yet."""
    return ListOf(items=[_intent(found) for found in await intents.intents(bot_id)])


@router.post("/intents", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def create_intent(bot_id: Identifier, body: NewIntent, intents: WritableIntents) -> IntentBody:
    """Takes effect with the next training."""
    examples = [NewExample(body.name, each.text, each.language or "") for each in body.examples]
    return _intent(await intents.create(bot_id, body.name, examples))


@router.patch("/intents/{intent:path}", responses={**NOT_FOUND, **CONFLICT})
async def rename_intent(
    bot_id: Identifier, intent: IntentPath, body: IntentPatch, intents: WritableIntents
) -> IntentBody:
    """In examples, flows and the regression set alike; train afterwards."""
    return _intent(await intents.rename(bot_id, intent, body.name))


@router.delete("/intents/{intent:path}", status_code=204, responses={**NOT_FOUND, **CONFLICT})
async def delete_intent(bot_id: Identifier, intent: IntentPath, intents: WritableIntents) -> None:
    """With its examples; 409 while a flow waits for it."""
    await intents.delete(bot_id, intent)


@router.get("/examples", responses=NOT_FOUND)
async def list_examples(
    bot_id: Identifier,
    intents: Intents,
    intent: Annotated[str | None, Query(max_length=100)] = None,
    language: Language | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[ExampleBody]:
    """Newest first."""
    rows, following = await intents.page(bot_id, intent=intent, language=language, limit=limit, cursor=cursor)
    return ListOf(items=[_example(row) for row in rows], next_cursor=following)


@router.post("/examples", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def add_examples(bot_id: Identifier, body: NewExamples, intents: WritableIntents) -> Added:
    """Of any intents, new ones included. Takes effect with the next training."""
    examples = [NewExample(each.intent, each.text, each.language or "") for each in body.examples]
    added = await intents.add(bot_id, examples)
    return Added(added=added, skipped=len(examples) - added)


@router.patch("/examples/{example_id}", responses=NOT_FOUND)
async def change_example(
    bot_id: Identifier, example_id: Identifier, body: ExamplePatch, intents: WritableIntents
) -> ExampleBody:
    return _example(await intents.change(bot_id, example_id, intent=body.intent, text=body.text))


@router.delete("/examples/{example_id}", status_code=204, responses=NOT_FOUND)
async def delete_example(bot_id: Identifier, example_id: Identifier, intents: WritableIntents) -> None:
    await intents.forget(bot_id, example_id)


def _intent(found: IntentSummary) -> IntentBody:
    return body_of(IntentBody, found)


def _example(row: IntentExample) -> ExampleBody:
    return body_of(ExampleBody, row, annotated=annotated(row))
