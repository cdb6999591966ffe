"""Everything that one tenant owns, one of each kind, recognisable in any response."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from chatbot.conversations.chat_schemas import REPLY_EXAMPLE
from chatbot.conversations.tasks import AnswerLater
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.security import KEY_SCOPES
from chatbot.foundation.security.keys import new_api_key
from chatbot.foundation.security.secret_box import SecretBox
from chatbot.models import (
    ApiKey,
    Base,
    Bot,
    BotEntity,
    BotFlow,
    BotKnowledgeBase,
    Chunk,
    Connection,
    Conversation,
    Document,
    DriftReport,
    Evaluation,
    Faq,
    Feedback,
    IntentExample,
    Job,
    KnowledgeBase,
    LabQuestion,
    LabRun,
    LabSet,
    Message,
    MessageCluster,
    RegressionExample,
    Source,
    Tenant,
    User,
    Version,
    new_id,
    utc_now,
)
from chatbot.understanding.job_orders import Train

CONNECTION_CONFIG: dict[str, object] = {
    "base_url": "https://orders.example.com",
    "operations": {"status": {"method": "GET", "path": "/orders/{order_id}", "fields": {"status": "/status"}}},
}


@dataclass(frozen=True)
class Estate:
    """`mark` stands in every text of it; `ids` are its objects by the name that parameters have."""

    tenant: Tenant
    owner: User
    key_secret: str
    mark: str
    ids: Mapping[str, str]

    @property
    def key_headers(self) -> dict[str, str]:
        return {"X-API-Key": self.key_secret}

    def shows_in(self, text: str, *, besides: frozenset[str] = frozenset()) -> list[str]:
        """What of this tenant stands in the text, `besides` what the request itself said."""
        return [own for own in (self.mark, *self.ids.values()) if own in text and own not in besides]


async def make_estate(database: Database, box: SecretBox) -> Estate:
    mark = f"mark{secrets.token_hex(8)}"
    key = new_api_key()
    tenant = Tenant(id=new_id(), slug=mark, name=f"Tenant {mark}")
    owner = User(id=new_id(), email=f"{mark}@example.com", name=f"Owner {mark}", role="owner", password_hash="!")
    member = User(id=new_id(), email=f"m-{mark}@example.com", name=f"Member {mark}", role="agent", password_hash="!")
    bot = Bot(id=new_id(), name=f"Bot {mark}", is_default=True, widget_key=f"wk_{mark}", greeting={"en": mark})
    knowledge_base = KnowledgeBase(id=new_id(), name=f"Knowledge {mark}", description=mark, revision=1)
    document = Document(
        id=new_id(),
        knowledge_base_id=knowledge_base.id,
        title=f"Document {mark}",
        file_name=f"{mark}.txt",
        status="ready",
        chunk_count=1,
    )
    conversation = Conversation(
        id=new_id(), bot_id=bot.id, user_id=f"customer {mark}", session_id=f"session {mark}", message_count=2
    )
    question = Message(id=new_id(), conversation_id=conversation.id, ordinal=0, role="user", text=f"Where is {mark}?")
    reply = Message(
        id=new_id(),
        conversation_id=conversation.id,
        ordinal=1,
        role="bot",
        text=f"Here is {mark}.",
        response={**REPLY_EXAMPLE, "reply": f"Here is {mark}."},
        trace=[{"hop": "understand", "text": mark}],
    )
    taught = understanding_of(bot.id, mark)
    test_set = LabSet(id=new_id(), knowledge_base_id=knowledge_base.id, name=f"Tests {mark}")
    rows: list[list[Base]] = [
        [tenant],
        [owner, member, bot, knowledge_base],
        [
            ApiKey(
                id=new_id(),
                name=f"Key {mark}",
                prefix=key.prefix,
                secret_hash=key.digest,
                scopes=sorted(KEY_SCOPES),
                created_by=owner.id,
            ),
            Connection(
                id=new_id(),
                name=mark,
                kind="rest",
                config=CONNECTION_CONFIG,
                encrypted_secrets=box.seal_mapping({"token": mark}),
            ),
            BotKnowledgeBase(id=new_id(), bot_id=bot.id, knowledge_base_id=knowledge_base.id),
            *taught.values(),
            document,
            test_set,
            Source(
                id=new_id(),
                knowledge_base_id=knowledge_base.id,
                kind="url",
                url=f"https://www.example.com/{mark}",
                settings={"max_pages": 1, "max_depth": 0, "include": [mark], "exclude": []},
                pages={},
            ),
            Faq(
                id=new_id(),
                knowledge_base_id=knowledge_base.id,
                question=f"Who is {mark}?",
                answer=mark,
                alternatives=[mark],
                tags=[mark],
                language="en",
            ),
            conversation,
            Job(
                id=new_id(),
                kind=AnswerLater.kind,
                payload={"caller": {"kind": "user", "id": owner.id, "bot_id": None}, "request": {}},
                status="failed",
                error=mark,
            ),
        ],
        [
            Chunk(
                id=new_id(),
                knowledge_base_id=knowledge_base.id,
                document_id=document.id,
                ordinal=0,
                text=f"The answer is {mark}.",
                language="en",
                content_hash=mark,
                revision=1,
            ),
            question,
            reply,
            LabQuestion(
                id=new_id(), test_set_id=test_set.id, question=f"What of {mark}?", language="en", is_draft=True
            ),
            LabRun(id=new_id(), test_set_id=test_set.id, status="done", results=[], settings={"mark": mark}),
        ],
        [Feedback(id=new_id(), message_id=reply.id, rating="up", comment=mark)],
    ]
    async with database.write(SYSTEM) as session:
        for level in rows:
            for row in level:
                if "tenant_id" in type(row).__table__.columns:
                    row.tenant_id = tenant.id  # type: ignore[attr-defined]
            session.add_all(level)
            await session.flush()
    kinds = {type(row).__name__: row.id for level in rows for row in level if row not in taught.values()}  # type: ignore[attr-defined]
    ids = {
        "tenant_id": tenant.id,
        "slug": tenant.slug,
        "user_id": member.id,
        "api_key_id": kinds["ApiKey"],
        "bot_id": bot.id,
        "connection_id": kinds["Connection"],
        "knowledge_base_id": knowledge_base.id,
        "document_id": document.id,
        "test_set_id": test_set.id,
        "question_id": kinds["LabQuestion"],
        "run_id": kinds["LabRun"],
        "chunk_id": kinds["Chunk"],
        "faq_id": kinds["Faq"],
        "source_id": kinds["Source"],
        "conversation_id": conversation.id,
        "message_id": reply.id,
        "task_id": kinds["Job"],
        "intent": taught["example_id"].intent,  # type: ignore[attr-defined]
        "shadow_version_id": taught["version_id"].id,  # type: ignore[attr-defined]
        **{name: row.id for name, row in taught.items()},  # type: ignore[attr-defined]
    }
    return Estate(tenant, owner, key.secret, mark, ids)


def understanding_of(bot_id: str, mark: str) -> dict[str, Base]:
    """What the bot was taught and measured with, by the names of their ids; only `bot_id` says whose it is."""
    flow = {"name": f"flow_{mark}", "intents": [f"start_{mark}"], "say": {"en": mark}}
    return {
        "example_id": IntentExample(
            id=new_id(), bot_id=bot_id, intent=f"intent_{secrets.token_hex(8)}", text=f"Say {mark}", language="en"
        ),
        "entity_id": BotEntity(
            id=new_id(), bot_id=bot_id, name=f"entity_{mark}", definition={"kind": "gazetteer", "values": {mark: []}}
        ),
        "flow_id": BotFlow(id=new_id(), bot_id=bot_id, name=f"flow_{mark}", definition=flow),
        "version_id": Version(
            id=new_id(), bot_id=bot_id, data_hash=mark, content=b"damaged", metrics={"mark": mark}, settings={}
        ),
        "regression_id": RegressionExample(id=new_id(), bot_id=bot_id, text=f"Hear {mark}", language="en"),
        "evaluation_id": Evaluation(id=new_id(), bot_id=bot_id, kind="folds", status="failed"),
        "report_id": DriftReport(
            id=new_id(), bot_id=bot_id, window_start=utc_now(), window_end=utc_now(), report={"mark": mark}
        ),
        "cluster_id": MessageCluster(
            id=new_id(),
            bot_id=bot_id,
            title=mark,
            language="en",
            size=1,
            messages=[{"id": new_id(), "text": mark}],
        ),
        "job_id": Job(id=new_id(), kind=Train.kind, payload={"bot_id": bot_id}, status="failed", error=mark),
    }


async def snapshot(database: Database, tenant_id: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the tenant, by table."""
    rows: dict[str, list[tuple[object, ...]]] = {}
    async with database.read(SYSTEM) as session:
        for table in Base.metadata.sorted_tables:
            column = table.c.get("tenant_id", table.c.id)
            found = await session.execute(select(table).where(column == tenant_id).order_by(table.c.id))
            rows[table.name] = [tuple(row) for row in found]
    return rows
