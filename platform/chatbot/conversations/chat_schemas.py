"""What goes into and comes out of the chat calls."""

from __future__ import annotations

import hashlib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.config import JsonDict

from chatbot.conversations.turns import ChatRequest
from chatbot.edge.fields import DescribedBy, Identifier, JsonObject, Sentence, StrictBody, Text
from chatbot.edge.problems import Problem
from nlu.language import Language

MOST_IN_BATCH = 64
MOST_CONTEXT_KEYS = 50


class ChatBody(StrictBody):
    """A message of one of the caller's users."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"user_id": "U12345", "message": "今天北京天气怎么样?"}]})

    user_id: Annotated[Text, Field(min_length=1, max_length=128, description="Your own id of the user.")]
    message: Annotated[Sentence, Field(min_length=1, max_length=4000)]
    session_id: Annotated[Text, Field(min_length=1, max_length=128)] | None = Field(
        default=None, description='Names the conversation; "sess_<user_id>" when missing.'
    )
    bot_id: Identifier | None = Field(default=None, description="The tenant's default bot when missing.")
    language: Language | None = Field(default=None, description="Detected from the message when missing.")
    context: JsonObject = Field(
        default_factory=dict,
        max_length=MOST_CONTEXT_KEYS,
        description='Kept with the message. "timezone" (IANA) says where the user\'s "today" is; '
        '"filters" {document_ids, tags, attributes, language} narrow what is answered from.',
    )

    def to_request(self) -> ChatRequest:
        return ChatRequest(
            user_id=self.user_id,
            message=self.message,
            session_id=self.session_id,
            bot_id=self.bot_id,
            language=self.language,
            context=self.context,
        )

    def digest(self, call: str) -> str:
        """What an Idempotency-Key stands for: the call and the whole body."""
        return hashlib.sha256(f"{call}\n{self.model_dump_json()}".encode()).hexdigest()


class BatchBody(StrictBody):
    """Independent turns; those of one session are answered in the order given."""

    turns: Annotated[list[ChatBody], Field(min_length=1, max_length=MOST_IN_BATCH)]


class CitationBody(BaseModel):
    """One source of an answer; `number` stands in brackets in the reply.

    `locator` holds page, heading, sheet, row, slide as they apply, and `recognised: true` for text that was read from a
    picture (OCR) and may hold mistakes.
    """

    number: int
    document_id: str
    title: str
    locator: dict[str, JsonValue]
    url: str | None = None
    snippet: str
    score: float


class EntityBody(BaseModel):
    """`start` and `end` are characters of the user's own text; `role` and `group` are "" where none is known."""

    name: str
    value: str
    text: str
    start: int
    end: int
    role: str = ""
    group: str = ""


class QuickReplyBody(BaseModel):
    """A button: show `title`, send `payload`."""

    title: str
    payload: str


class WishBody(BaseModel):
    """One of several intents in a message; `action` "later": it waits until another one is settled."""

    intent: str
    confidence: float
    action: str
    text: str


class ReplyMetadata(BaseModel):
    """`error` is there only when a part failed and the reply says so, `intents` only when a message held several."""

    message_id: str
    conversation_id: str
    language: str
    action: str
    slots: dict[str, str]
    entities: list[EntityBody]
    citations: list[CitationBody]
    quick_replies: list[QuickReplyBody]
    handoff: bool
    timings_ms: dict[str, float]
    trace_id: str
    intents: list[WishBody] | None = None
    error: str | None = None


REPLY_EXAMPLE: JsonDict = {
    "reply": "北京今天晴，气温22°C（16~26°C）。",
    "intent": "weather",
    "confidence": 0.97,
    "session_id": "sess_U12345",
    "metadata": {
        "message_id": "0192f0c1a2b3c4d5e6f708192a3b4c5d",
        "conversation_id": "0192f0c1a2b3aaaaaaaaaaaaaaaaaaaa",
        "language": "zh",
        "action": "say",
        "slots": {"city": "北京", "date": "2026-11-20"},
        "entities": [{"name": "city", "value": "北京", "text": "北京", "start": 2, "end": 4, "role": "", "group": ""}],
        "citations": [],
        "quick_replies": [],
        "handoff": False,
        "timings_ms": {"understand": 2.1, "decide": 0.1, "call": 8.4, "total": 12.0},
        "trace_id": "0192f0c1a2b3c4d5e6f708192a3b4c5d",
    },
}


class ReplyBody(BaseModel):
    """The bot's answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [REPLY_EXAMPLE]})

    reply: str
    intent: str
    confidence: float
    session_id: str
    metadata: ReplyMetadata


class BatchItem(BaseModel):
    """Either a response or a problem."""

    response: ReplyBody | None = None
    problem: Annotated[dict[str, JsonValue], DescribedBy(Problem)] | None = None


class BatchReply(BaseModel):
    """In the order of the request."""

    results: list[BatchItem]


class TaskAccepted(BaseModel):
    """Ask `GET /v1/tasks/{task_id}` for the result."""

    task_id: str


class TaskBody(BaseModel):
    """`status`: queued, running, done, failed."""

    id: str
    status: str
    result: ReplyBody | None = None
    error: str | None = None
