"""Every error is a problem document that helps its reader and tells nothing of the inside."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from chatbot.foundation.database import Database
from chatbot.foundation.metrics import Metrics
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant, User
from tests import factories
from tests.platform.edge.application import Application, make_key, problem_of, running
from tests.platform.edge.routes import openapi

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind is enough: the database is not the subject here."""
    return sqlite_url


@pytest.fixture
async def broken(application: Application) -> Application:
    """With routes that fail as no route should."""

    async def surprise() -> None:
        raise RuntimeError("the secret plan in /etc/plan")

    async def no_database() -> None:
        raise OperationalError("SELECT secret", {}, Exception("server closed the connection"))

    async def breaks_off() -> None:
        raise ConnectionRefusedError("127.0.0.1:5432")

    def no_room() -> None:
        with Path("/dev/full").open("w") as disk:
            disk.write("a line")

    def no_file() -> None:
        Path("/no/such/secret").read_bytes()

    application.app.add_api_route("/no-room", no_room)
    application.app.add_api_route("/no-file", no_file)
    application.app.add_api_route("/surprise", surprise)
    application.app.add_api_route("/no-database", no_database)
    application.app.add_api_route("/breaks-off", breaks_off)
    return application


async def post(application: Application, owner: User, content: bytes, path: str = "/v1/bots") -> httpx.Response:
    return await application.client.post(path, headers={**application.as_user(owner), **JSON}, content=content)


@pytest.mark.parametrize("path", ["/nothing", "/v1/bots/", "/v1//bots", "/auth", "/%2e%2e/etc/passwd", "/v1/%00"])
async def test_an_unknown_path_is_a_404_problem(application: Application, path: str) -> None:
    assert problem_of(await application.client.get(path))["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/health/live", "GET, HEAD"),
        ("/chatbot", "POST"),
        ("/v1/bots", "GET, HEAD, POST"),
        (f"/v1/bots/{'0' * 32}", "DELETE, GET, HEAD, PATCH"),
    ],
)
async def test_another_method_is_a_405_problem_that_names_the_right_ones(
    application: Application, path: str, allowed: str
) -> None:
    response = await application.client.put(path)
    assert problem_of(response)["code"] == "method_not_allowed"
    assert response.headers["allow"] == allowed


async def test_head_is_answered_as_get_without_the_body(application: Application, owner: User) -> None:
    for path in ("/health/live", "/health/ready", "/openapi.json", "/docs", "/v1/bots", "/nothing"):
        got = await application.client.get(path, headers=application.as_user(owner))
        response = await application.client.head(path, headers=application.as_user(owner))
        assert (response.status_code, response.content) == (got.status_code, b"")
        assert response.headers["content-type"] == got.headers["content-type"]
        assert len(response.headers["content-length"]) == len(got.headers["content-length"])
    refused = await application.client.head("/chatbot", headers=application.as_user(owner))
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    counted = application.parts.get(Metrics).render().decode()
    assert 'chatbot_http_requests_total{method="HEAD",route="/health/live",status="200"} 1.0' in counted


async def test_both_forms_of_the_chat_path_answer_without_a_redirect(
    application: Application, database: Database, tenant: Tenant
) -> None:
    key = await make_key(database, tenant)
    for path in ("/chatbot", "/chatbot/"):
        response = await application.client.post(path, headers=key.headers, json={"user_id": "u", "message": "x"})
        assert problem_of(response)["code"] == "bot_not_found"


FAULTY_BODIES: list[bytes] = [
    b"{",
    b'{"name": }',
    b"",
    b"\xff\xfe",
    b'{"name": "\xff"}',
    b"[" * 100_000,
    b'{"name": "a"} trailing',
    b"null",
    b"[]",
    b'"text"',
    b"7",
    b'{"name": 7}',
    b'{"name": null}',
    b'{"name": "a", "surprise": 1}',
    b'{"name": "a\\u0000b"}',
    b'{"name": "\\ud800"}',
    b'{"name": "a", "greeting": {"zh": "\\udfff"}}',
    b'{"name": "a", "greeting": {"fr": "salut"}}',
    b'{"name": "a", "answer_threshold": 1.5}',
    b'{"name": "a", "answer_threshold": NaN}',
    b'{"name": "a", "timezone": "../../etc/passwd"}',
    b'{"name": "a", "timezone": "Asia"}',
    b'{"name": "a", "knowledge_base_ids": ["\'; DROP TABLE bots; --"]}',
    b'{"name": "   "}',
]


async def test_a_body_with_a_fault_is_a_422_that_names_the_place(application: Application, owner: User) -> None:
    for content in FAULTY_BODIES:
        response = await post(application, owner, content)
        problem = problem_of(response)
        assert (response.status_code, problem["code"] in ("invalid_input", "malformed_json")) == (422, True)
        assert problem["errors"]


async def test_ids_that_are_none_are_422_and_strange_words_do_no_harm(application: Application, owner: User) -> None:
    for identifier in ("1", "x" * 32, "%00" * 32, "A" * 32, "0" * 33):
        response = await application.client.get(f"/v1/bots/{identifier}", headers=application.as_user(owner))
        assert response.status_code == 422, identifier


async def test_a_long_list_of_faults_is_cut(application: Application, owner: User) -> None:
    body = b'{"name": "a", "knowledge_base_ids": [' + b",".join([b'"x"'] * 90) + b"]}"
    errors = problem_of(await post(application, owner, body))["errors"]
    assert isinstance(errors, list)
    assert len(errors) == 20


async def test_a_body_over_the_limit_is_413_whether_or_not_it_says_so(
    settings: Settings, database: Database, owner: User
) -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    async with running(settings.model_copy(update={"max_body_bytes": 1000})) as application:
        headers = {**application.as_user(owner), **JSON}
        for content in (b" " * 1001, in_pieces()):
            response = await application.client.post("/v1/bots", headers=headers, content=content)
            assert problem_of(response)["code"] == "payload_too_large"
            assert response.status_code == 413
        fits = await application.client.post("/v1/bots", headers=headers, content=b'{"name": "a"}'.ljust(1000))
        assert fits.status_code == 201


async def test_an_unexpected_error_is_logged_under_its_request_and_told_to_nobody(
    broken: Application, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = await broken.client.get("/surprise", headers={"X-Request-ID": "request-7"})
    problem = problem_of(response)
    assert (response.status_code, problem["code"], problem["request_id"]) == (500, "internal_error", "request-7")
    assert "plan" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "the secret plan" in caplog.text


@pytest.mark.parametrize("path", ["/no-database", "/breaks-off"])
async def test_a_database_that_is_gone_is_503_and_counted(broken: Application, path: str) -> None:
    response = await broken.client.get(path)
    assert problem_of(response)["code"] == "service_unavailable"
    assert (response.status_code, "retry-after" in response.headers) == (503, True)
    assert "SELECT" not in response.text
    assert 'chatbot_outages_total{part="database"} 1.0' in broken.parts.get(Metrics).render().decode()


async def test_a_full_disk_is_507_and_counted(broken: Application) -> None:
    response = await broken.client.get("/no-room")
    assert (response.status_code, problem_of(response)["code"]) == (507, "storage_full")
    assert "/dev/full" not in response.text
    assert 'chatbot_outages_total{part="storage"} 1.0' in broken.parts.get(Metrics).render().decode()


async def test_another_error_of_the_operating_system_is_not_taken_for_a_full_disk(broken: Application) -> None:
    response = await broken.client.get("/no-file")
    assert (response.status_code, problem_of(response)["code"]) == (500, "internal_error")
    assert "secret" not in response.text


async def test_every_response_says_its_request_and_its_time(application: Application) -> None:
    for path in ("/health/live", "/nothing", "/auth/me"):
        response = await application.client.get(path)
        assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])
        assert float(response.headers["x-process-time"]) >= 0
        assert response.headers["x-frame-options"] == "DENY"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors" in response.headers["content-security-policy"]


@pytest.mark.parametrize("sent", ["a" * 65, "with space", "<script>", "中文", "", 'a"b', "a\tb"])
async def test_a_strange_request_id_is_replaced(application: Application, sent: str) -> None:
    response = await application.client.get("/health/live", headers={b"X-Request-ID": sent.encode()})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])


async def test_the_access_log_names_the_tenant_and_not_the_words(
    application: Application, database: Database, tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    key = await make_key(database, tenant)
    with caplog.at_level(logging.INFO):
        await application.client.post(
            "/chatbot", headers=key.headers, json={"user_id": "u", "message": "my card is 4711"}
        )
    line = next(record for record in caplog.records if record.name == "chatbot.access")
    assert (line.path, line.status, line.method) == ("/chatbot", 404, "POST")  # type: ignore[attr-defined]
    assert "4711" not in caplog.text
    assert key.secret not in caplog.text


def test_the_document_describes_problems() -> None:
    text = str(openapi())
    assert "HTTPValidationError" not in text
    assert "application/problem+json" in text


@pytest.mark.parametrize("strange", ["\\u0000", "\\ud800", "\\udfff\\ud800"])
@pytest.mark.parametrize("place", ["user_id", "message", "session_id", "context"])
async def test_text_that_no_database_keeps_is_422_wherever_it_stands_in_a_message(
    application: Application, database: Database, owner: User, place: str, strange: str
) -> None:
    await factories.make_bot(database, owner.tenant_id, is_default=True)
    fields = {"user_id": '"u"', "message": '"hello"', place: f'"a{strange}"'}
    if place == "context":
        fields[place] = f'{{"deep": [{{"a": "a{strange}"}}]}}'
    body = "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}"
    response = await post(application, owner, body.encode(), "/chatbot")
    assert (response.status_code, problem_of(response)["code"]) == (422, "invalid_input")


@pytest.mark.parametrize("name", ["", "Mars/Base", "x" * 5000, "../../etc/passwd"])
async def test_a_time_zone_that_is_none_is_named_in_a_few_words(
    application: Application, database: Database, owner: User, name: str
) -> None:
    await factories.make_bot(database, owner.tenant_id, is_default=True)
    body = {"user_id": "u", "message": "hello", "context": {"timezone": name}}
    problem = problem_of(await post(application, owner, json.dumps(body).encode(), "/chatbot"))
    assert str(problem["detail"]).startswith(f"'{name[:70]}")
    assert len(str(problem["detail"])) < 120
