"""What is sent and answered when a bot is brought or taken along."""

from __future__ import annotations

from pydantic import BaseModel, Field

from chatbot.edge.fields import Identifier
from chatbot.edge.problems import documented
from chatbot.exchange.formats import FORMATS

LONGEST_NAME = 200
IMPORT_BODY: dict[str, object] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "format": {"type": "string", "enum": list(FORMATS), "default": "auto"},
                        "name": {
                            "type": "string",
                            "maxLength": LONGEST_NAME,
                            "description": "Of the new bot; by default what the file calls it, or the file's name.",
                        },
                        "activate": {
                            "type": "boolean",
                            "default": False,
                            "description": "Put the trained version into use if the quality gate lets it pass. "
                            "A new bot's first version always is.",
                        },
                    },
                }
            }
        },
    }
}
REFUSALS: dict[int | str, dict[str, object]] = {
    413: documented("The file is too large."),
    415: documented("Not a multipart upload."),
}
FILE: dict[int | str, dict[str, object]] = {
    200: {
        "description": "The file.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


class NoticeBody(BaseModel):
    """What could not come over, or came over changed; `line` is 0 for the file as a whole."""

    file: str
    line: int
    code: str = Field(examples=["needs_connector"])
    message: str = Field(description="In the language of Accept-Language.")


class ReportBody(BaseModel):
    """`found` counts what the file holds, `made` what the bot got of it."""

    format: str
    found: dict[str, int]
    made: dict[str, int]
    notices: list[NoticeBody]
    omitted: int = Field(description="Notices beyond the first 2000.")


class ImportBody(BaseModel):
    """`training_job_id` is null when the bot has fewer than two intents."""

    bot_id: Identifier
    name: str
    report: ReportBody
    training_job_id: Identifier | None
