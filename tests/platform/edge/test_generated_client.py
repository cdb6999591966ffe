"""A client generated from the OpenAPI document does real work in every room."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from types import ModuleType
from typing import Any

import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant, User
from tests import factories
from tests.connectors.loopback import LoopbackServer, answering, loopback
from tests.nlu.examples import SENTENCES
from tests.platform.edge.application import PASSWORD, Application
from tests.platform.edge.generated_client import GeneratedClient, generate

ORIGIN = "https://www.example.com"
NOTE = "The canteen opens at noon."


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind is enough: the database is not the subject here."""
    return sqlite_url


@pytest.fixture(scope="module", autouse=True)
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What the generator said."""
    folder = tmp_path_factory.mktemp("generated")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield generate(folder)


@pytest.fixture
async def tickets() -> AsyncIterator[LoopbackServer]:
    """Some outside system."""
    async with loopback(lambda _: answering(json.dumps({"ticket": {"state": "open"}}))) as server:
        yield server


@pytest.fixture
def settings(settings: Settings, tickets: LoopbackServer) -> Settings:
    return settings.model_copy(update={"allowed_private_hosts": [tickets.allowed]})


@pytest.fixture
def client(application: Application, owner: User) -> GeneratedClient:
    """Signed in as the owner."""
    application.client.headers.update(application.as_user(owner))
    return GeneratedClient(application.client)


@pytest.fixture
def m(client: GeneratedClient) -> ModuleType:
    """The generated classes."""
    return client.models


@pytest.fixture
async def base(client: GeneratedClient, m: ModuleType) -> str:
    """A knowledge base with one document."""
    base: str = (await client.call("knowledge.create_knowledge_base", body=m.NewKnowledgeBase("Handbook"))).id
    note = m.AddDocumentJsonPastedText(title="Canteen", text=NOTE)
    document = await client.call("knowledge.add_document", base, body=note)
    assert (await until_over(client, "knowledge.get_document", base, document.id)).status == "ready"
    return base


@pytest.fixture
async def bot(client: GeneratedClient, m: ModuleType, base: str) -> str:
    """The tenant's default bot, which answers from it."""
    body = m.NewBot("Support", is_default=True, knowledge_base_ids=[base])
    return str((await client.call("bots.create_bot", body=body)).id)


async def until_over(client: GeneratedClient, operation: str, *path: str) -> Any:
    """What the operation answers once the work behind it is over."""
    async with asyncio.timeout(60):
        while True:
            found = await client.call(operation, *path)
            if found.status in ("done", "ready", "failed"):
                return found
            await asyncio.sleep(0.02)


def test_the_generator_leaves_nothing_out(package: str) -> None:
    assert "warning" not in package.lower()
    assert "skipp" not in package.lower()


async def test_accounts(client: GeneratedClient, m: ModuleType, owner: User) -> None:
    pair = await client.call("auth.sign_in", body=m.BodySignIn(username=owner.email, password=PASSWORD))
    pair = await client.call("auth.refresh_tokens", body=m.RefreshBody(pair.refresh_token))
    client.connection.headers.update({"Authorization": f"Bearer {pair.access_token}"})
    assert (await client.call("auth.get_profile")).email == owner.email

    ann = m.NewUser(email="ann@example.com", role=m.NewUserRole.EDITOR, password=PASSWORD)
    made = await client.call("users.create_user", body=ann)
    assert made in (await client.call("users.list_users")).items

    scopes = [m.NewApiKeyScopesItem.BOTSREAD]
    key = await client.call("api_keys.create_api_key", body=m.NewApiKey(name="shop", scopes=scopes))
    client.connection.headers.update({"Authorization": f"Bearer {key.secret}"})
    assert (await client.call("bots.list_bots")).items == []


async def test_tenants(application: Application, client: GeneratedClient, m: ModuleType, tenant: Tenant) -> None:
    operator = await factories.make_user(application.parts.get(Database), tenant.id, is_operator=True)
    client.connection.headers.update(application.as_user(operator))
    new = m.NewTenant(slug="globex", name="Globex", owner_email="bo@globex.example", owner_password=PASSWORD)
    made = await client.call("tenants.create_tenant", body=new)
    assert (await client.call("tenants.get_tenant", made.id)).slug == "globex"


async def test_bots_and_their_widget(client: GeneratedClient, m: ModuleType) -> None:
    greeting = m.NewBotGreeting.from_dict({"en": "Hello!"})
    new = m.NewBot("Support", timezone="Europe/Berlin", allowed_origins=[ORIGIN], greeting=greeting)
    bot = await client.call("bots.create_bot", body=new)
    renamed = await client.call("bots.change_bot", bot.id, body=m.BotPatch(name="Help"))
    assert (renamed.name, renamed.timezone, renamed.allowed_origins) == ("Help", "Europe/Berlin", [ORIGIN])

    del client.connection.headers["Authorization"]
    client.connection.headers["Origin"] = ORIGIN
    session = await client.call("widget.open_widget_session", body=m.NewSession(bot.widget_key))
    assert session.bot.greeting["en"] == "Hello!"


async def test_entities_of_every_kind(client: GeneratedClient, m: ModuleType, bot: str) -> None:
    for name, definition in {
        "ticket": m.PatternDefinition("pattern", pattern=r"T\d{4}"),
        "size": m.GazetteerDefinition("gazetteer", m.GazetteerDefinitionValuesType0.from_dict({"L": ["large"]})),
        "arrival": m.BuiltInDefinition(m.BuiltInDefinitionKind.DATE, personal=True),
    }.items():
        made = await client.call("bots.create_entity", bot, body=m.NewEntity(name, definition))
        assert made.definition == definition


async def test_a_flow_of_typed_parts_calls_a_connection_of_typed_parts(
    client: GeneratedClient, m: ModuleType, bot: str, tickets: LoopbackServer
) -> None:
    state = m.RestOperationConfig(
        "/tickets/{number}",
        fields=m.RestOperationConfigFieldsType0.from_dict({"state": "/ticket/state"}),
        not_found=[404],
    )
    new = m.NewRestConnection(
        "tickets",
        "rest",
        m.RestConfig(
            tickets.url,
            operations=m.RestConfigOperations.from_dict({"state": state.to_dict()}),
            auth=m.RestAuth(header="X-Key", secret="key"),
        ),
        secrets=m.NewRestConnectionSecrets.from_dict({"key": "s3cret"}),
    )
    connection = await client.call("connections.create_connection", body=new)
    assert (connection.config, connection.secret_names) == (new.config, ["key"])
    asked = m.TestCall("state", m.TestCallArguments.from_dict({"number": "T1234"}))
    assert (await client.call("connections.test_connection", connection.id, body=asked)).data["state"] == "open"

    ticket = m.SlotDefinition(
        "ticket",
        pattern=r"T\d{4}",
        required=True,
        starts_flow=True,
        case=m.SlotDefinitionCase.UPPER,
        prompt=m.LocalisedText(en="Which ticket?"),
    )
    flow = m.FlowDefinition(
        "ticket_state",
        slots=[ticket],
        call=m.CallDefinition("tickets", "state", m.CallDefinitionArgumentsType0.from_dict({"number": "{ticket}"})),
        replies=m.RepliesDefinition(m.LocalisedText(en="{ticket} is {state}.", zh="{ticket}：{state}")),
        ask_again=m.AskAgainDefinition(not_found="ticket"),
    )
    made = await client.call("bots.create_flow", bot, body=m.FlowDefinitionBody(flow))
    assert made.definition == flow
    assert (await client.call("bots.get_flow", bot, made.id)) == made
    reply = await client.call("chat.chat", body=m.ChatBody("u1", "T1234", language=m.ChatBodyLanguageType0.EN))
    assert reply.reply == "T1234 is open."


async def test_understanding(client: GeneratedClient, m: ModuleType, bot: str) -> None:
    for intent, (_, sentences) in SENTENCES.items():
        examples = [m.ExampleOfIntent(text) for text in sentences]
        made = await client.call("bots.create_intent", bot, body=m.NewIntent(intent, examples))
        assert made.example_count == len(sentences)
    job = await client.call("understanding.start_training", bot, body=m.TrainingOrder(activate=True))
    assert (await until_over(client, "understanding.get_understanding_job", bot, job.id)).status == "done"
    parsed = await client.call("understanding.parse_message", bot, body=m.ParseQuery("where is my order"))
    assert parsed.intent == "order_status"


async def test_documents_and_search(client: GeneratedClient, m: ModuleType, base: str) -> None:
    upload = m.AddDocumentFilesBody(client.file(b"Parking is free for employees.", "parking.txt"), title="Parking")
    document = await client.call("knowledge.add_document", base, body=upload)
    assert (await until_over(client, "knowledge.get_document", base, document.id)).title == "Parking"
    assert len((await client.call("knowledge.list_chunks", base)).items) == 2
    found = await client.call("knowledge.search_knowledge_base", base, body=m.SearchQuery("Is parking free?"))
    assert found.items[0].document_id == document.id


async def test_faqs(client: GeneratedClient, m: ModuleType, base: str) -> None:
    await client.call("knowledge.create_faq", base, body=m.NewFaq("When is lunch?", "At noon."))
    table = await client.call("knowledge.export_faqs", base)
    assert "When is lunch?" in table
    body = m.ImportFaqsBody(client.file(table.replace("noon", "one").encode(), "faqs.csv"))
    assert (await client.call("knowledge.import_faqs", base, body=body)).updated == 1


async def test_sources(client: GeneratedClient, m: ModuleType, base: str) -> None:
    new = m.NewSource(m.NewSourceKind.URL, "https://handbook.invalid/", interval_minutes=60)
    source = await client.call("knowledge.create_source", base, body=new)
    paused = await client.call("knowledge.change_source", base, source.id, body=m.SourcePatch(interval_minutes=None))
    assert (source.interval_minutes, paused.interval_minutes) == (60, None)


async def test_the_lab(client: GeneratedClient, m: ModuleType, base: str) -> None:
    shown = await client.call("retrieval_lab.ask_lab", base, body=m.LabQuery("When does the canteen open?"))
    assert shown.items[0].text == NOTE
    test_set = await client.call("retrieval_lab.create_test_set", base, body=m.NewLabSet("Lunch"))
    question = m.NewQuestion("When is lunch?", expected=[shown.items[0].document_id])
    await client.call("retrieval_lab.add_question", base, test_set.id, body=question)
    assert "When is lunch?" in await client.call("retrieval_lab.export_questions", base, test_set.id)
    run = await client.call("retrieval_lab.start_run", base, test_set.id)
    assert (await until_over(client, "retrieval_lab.get_run", base, test_set.id, run.id)).status == "done"


async def test_chat_and_conversations(client: GeneratedClient, m: ModuleType, bot: str) -> None:
    asked = m.ChatBody("u1", "When does the canteen open?")
    reply = await client.call("chat.chat", body=asked)
    batch = await client.call("chat.chat_in_batch", body=m.BatchBody([asked, m.ChatBody("u1", "Hi", bot_id="0" * 32)]))
    assert (batch.results[0].response.reply, batch.results[1].problem.status) == (reply.reply, 404)
    task = await client.call("chat.chat_later", body=asked)
    assert (await until_over(client, "chat.get_task", task.task_id)).result.reply == reply.reply

    conversation = (await client.call("conversations.list_conversations")).items[0]
    said = (await client.call("conversations.list_messages", conversation.id)).items
    assert reply.reply in {message.text for message in said}
    message_id = reply.metadata.message_id
    await client.call("conversations.rate_message", message_id, body=m.FeedbackBody(m.FeedbackBodyRating.UP))
    trace = await client.call("conversations.get_trace", message_id)
    assert trace.trace[0]["hop"] == "understand"


async def test_streamed_events_are_what_the_document_says(client: GeneratedClient, m: ModuleType, bot: str) -> None:
    streamed = await client.call("chat.stream_chat", body=m.ChatBody("u1", "When does the canteen open?"))
    events = [dict(line.split(": ", 1) for line in event.split("\n")) for event in streamed.strip().split("\n\n")]
    kinds = {
        "start": (m.StartEvent, m.StartData),
        "token": (m.TokenEvent, m.TokenData),
        "citations": (m.CitationsEvent, m.CitationsData),
        "done": (m.DoneEvent, m.ReplyBody),
    }
    data: dict[str, list[Any]] = {kind: [] for kind in kinds}
    for number, event in enumerate(events):
        read = kinds[event["event"]][0].from_dict({**event, "id": int(event["id"])})
        assert read.id == number
        data[read.event].append(kinds[read.event][1].from_dict(json.loads(read.data)))
    [start], [citations], [reply] = data["start"], data["citations"], data["done"]
    assert "".join(token.text for token in data["token"]) == reply.reply
    assert (start.message_id, citations.citations) == (reply.metadata.message_id, reply.metadata.citations)
    assert await client.call("chat.resume_stream", start.message_id) == streamed


async def test_exchange(client: GeneratedClient, m: ModuleType, bot: str) -> None:
    exported = await client.call("bots.export_bot", bot)
    file = client.file(json.dumps(exported.to_dict()).encode(), "bot.json")
    imported = await client.call("bots.import_bot", body=m.ImportBotBody(file, name="Twin"))
    assert (imported.name, imported.report.notices) == ("Twin", [])


async def test_health(client: GeneratedClient) -> None:
    assert (await client.call("operations.get_readiness")).checks["database"] == "ok"
