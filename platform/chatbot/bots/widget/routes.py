"""Where a widget on somebody's page begins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from chatbot.bots.widget.visitors import VisitorDesk
from chatbot.edge.dependencies import client_address, part, parts_of
from chatbot.edge.fields import Identifier, StrictBody, Text
from chatbot.edge.problems import NOT_FOUND, documented
from chatbot.foundation.rate_limit import RateLimiter

router = APIRouter(prefix="/v1/widget", tags=["widget"])


class NewSession(StrictBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"widget_key": "wk_Zr3…"}]})

    widget_key: Annotated[Text, Field(min_length=1, max_length=64)]


class WidgetBot(BaseModel):
    """What the widget shows before anyone has said anything."""

    name: str
    default_language: str
    greeting: dict[str, str]


class SessionBody(BaseModel):
    """Send `visitor_token` as `Authorization: Bearer`; it can chat with this bot and nothing else."""

    visitor_token: str
    visitor_id: Identifier
    expires_in: int = Field(description="Seconds.")
    bot: WidgetBot


@router.post("/sessions", status_code=201, responses={**NOT_FOUND, 403: documented("Not from this origin.")})
async def open_widget_session(
    body: NewSession, request: Request, visitors: Annotated[VisitorDesk, part(VisitorDesk)]
) -> SessionBody:
    """Only from an origin that the bot lists; browsers send it as `Origin`. Counted per address."""
    await parts_of(request).get(RateLimiter).check("widget", client_address(request))
    session = await visitors.open(body.widget_key, origin=request.headers.get("origin"))
    return SessionBody(
        visitor_token=session.visitor_token,
        visitor_id=session.visitor_id,
        expires_in=session.expires_in,
        bot=WidgetBot(
            name=session.bot_name, default_language=session.default_language, greeting=dict(session.greeting)
        ),
    )
