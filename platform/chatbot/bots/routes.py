"""Bots: how they talk, what they answer from, and where their widget may stand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from chatbot.bots.bots import BotService, LinkedBot
from chatbot.bots.widget.origins import MOST_ORIGINS
from chatbot.edge.dependencies import service
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf, Name, StrictBody, Text, body_of, without_defaults
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from nlu.language import Language

router = APIRouter(prefix="/v1/bots", tags=["bots"])
Greeting = Annotated[
    dict[Language, Annotated[Text, Field(max_length=1000)]], Field(examples=[{"zh": "您好！", "en": "Hello!"}])
]
Origins = Annotated[
    list[Annotated[Text, Field(max_length=300)]],
    Field(max_length=MOST_ORIGINS, examples=[["https://www.example.com"]]),
]
Threshold = Annotated[
    float | None, Field(ge=0, le=1, description="Below this score the bot says it doesn't know; null: calibrated.")
]
KnowledgeBases = Annotated[list[Identifier], Field(max_length=100)]


class NewBot(StrictBody):
    """The first bot of a tenant becomes its default."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Support", "default_language": "en", "allowed_origins": ["https://www.example.com"]}]
        }
    )

    name: Name
    default_language: Language = "zh"
    is_default: bool = False
    is_active: bool = True
    greeting: Greeting = Field(default_factory=dict)
    timezone: Annotated[Text, Field(max_length=64)] = "Asia/Shanghai"
    answer_threshold: Threshold = None
    allowed_origins: Origins = Field(default_factory=list)
    knowledge_base_ids: KnowledgeBases = Field(default_factory=list)


class BotPatch(NewBot):
    """What is missing stays; `knowledge_base_ids`, `allowed_origins` and `greeting` replace what was there."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    name: Name = ""


class BotBody(BaseModel):
    """`widget_key` is public: it stands in the page that embeds the widget."""

    id: Identifier
    name: str
    default_language: str
    is_default: bool
    is_active: bool
    greeting: dict[str, str]
    timezone: str
    answer_threshold: float | None
    widget_key: str
    allowed_origins: list[str]
    knowledge_base_ids: list[str] = Field(default_factory=list)
    created_at: datetime
    updated_at: datetime


Bots = Annotated[BotService, service(BotService, "bots:read")]
WritableBots = Annotated[BotService, service(BotService, "bots:write")]


@router.get("")
async def list_bots(bots: Bots, limit: Limit = 50, cursor: Cursor = None) -> ListOf[BotBody]:
    """Newest first."""
    found, following = await bots.page(limit=limit, cursor=cursor)
    return ListOf(items=[_body(bot) for bot in found], next_cursor=following)


@router.post("", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def create_bot(body: NewBot, bots: WritableBots) -> BotBody:
    """404 when a knowledge base isn't the tenant's."""
    fields = body.model_dump(exclude={"knowledge_base_ids"})
    return _body(await bots.create(fields, body.knowledge_base_ids))


@router.get("/{bot_id}", responses=NOT_FOUND)
async def get_bot(bot_id: Identifier, bots: Bots) -> BotBody:
    return _body(await bots.get(bot_id))


@router.patch("/{bot_id}", responses={**NOT_FOUND, **CONFLICT})
async def change_bot(bot_id: Identifier, body: BotPatch, bots: WritableBots) -> BotBody:
    """The next message is answered with the change."""
    fields = body.model_dump(exclude_unset=True)
    knowledge_base_ids = fields.pop("knowledge_base_ids", None)
    return _body(await bots.change(bot_id, fields, knowledge_base_ids))


@router.post("/{bot_id}/widget-key", responses=NOT_FOUND)
async def rotate_widget_key(bot_id: Identifier, bots: WritableBots) -> BotBody:
    """A new widget key; pages that embed the old one get no new visitors."""
    return _body(await bots.rotate_widget_key(bot_id))


@router.delete("/{bot_id}", status_code=204, responses={**NOT_FOUND, **CONFLICT})
async def delete_bot(bot_id: Identifier, bots: WritableBots) -> None:
    """With its conversations."""
    await bots.delete(bot_id)


def _body(bot: LinkedBot) -> BotBody:
    return body_of(BotBody, bot.row, knowledge_base_ids=bot.knowledge_base_ids)
