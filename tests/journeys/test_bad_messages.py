"""What users and integrators get wrong, answered with a clear problem and never with a 500."""

from __future__ import annotations

import pytest

from tests.running_demo import RunningDemo


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"user_id": "U1", "message": ""}, "message"),
        ({"user_id": "U1", "message": "   \n"}, "message"),
        ({"user_id": "U1", "message": "长" * 4001}, "message"),
        ({"user_id": "U1", "message": "a\x00b"}, "message"),
        ({"user_id": "", "message": "hi"}, "user_id"),
        ({"user_id": "U" * 129, "message": "hi"}, "user_id"),
        ({"message": "hi"}, "user_id"),
        ({"user_id": "U1"}, "message"),
        ({"user_id": 7, "message": "hi"}, "user_id"),
        ({"user_id": "U1", "message": ["hi"]}, "message"),
        ({"user_id": "U1", "message": "hi", "langauge": "en"}, "langauge"),
        ({"user_id": "U1", "message": "hi", "language": "fr"}, "language"),
        ({"user_id": "U1", "message": "hi", "context": {"timezone": "Mars/Base"}}, "context.timezone"),
        ({"user_id": "visitor:1", "message": "hi"}, "user_id"),
        ([], "body"),
    ],
)
def test_a_bad_body_names_the_field_at_fault(demo: RunningDemo, body: object, field: str) -> None:
    with demo.client(demo.acme) as client:
        response = client.post("/chatbot", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert any(error["field"].endswith(field) for error in problem["errors"]), problem
    assert problem["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    "raw",
    [b'{"user_id": "U1", "message": "hi"', b"", b"\xff\xfe", b'{"user_id":"U1","message":"\\ud800 hi"}', b"null"],
)
def test_a_body_that_is_no_json_is_refused(demo: RunningDemo, raw: bytes) -> None:
    with demo.client(demo.acme) as client:
        response = client.post("/chatbot", content=raw, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "message",
    [
        "😀😀😀",
        "👩‍👩‍👧‍👦",
        "hello 你好 mixed 中英文 message",
        "a" * 4000,
        "字" * 4000,
        "\u202eevil",
        "<script>alert(1)</script>",
        "{{7*7}}",
    ],
)
def test_an_odd_message_is_answered(demo: RunningDemo, message: str) -> None:
    with demo.client(demo.acme) as client:
        response = client.post("/chatbot", json={"user_id": "odd", "message": message})
    assert response.status_code == 200
    assert response.json()["reply"]


@pytest.mark.parametrize("credential", [{}, {"X-API-Key": "ecp_nonsense"}, {"Authorization": "Bearer x.y.z"}])
def test_no_credential_no_answer(demo: RunningDemo, credential: dict[str, str]) -> None:
    with demo.client() as client:
        response = client.post("/chatbot", json={"user_id": "U1", "message": "hi"}, headers=credential)
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
