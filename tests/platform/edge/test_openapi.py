"""What the OpenAPI document promises to those who generate a client from it."""

from __future__ import annotations

import re

from tests.platform.edge.requests_by_schema import METHODS
from tests.platform.edge.routes import openapi

OPERATIONS = [
    (method, operation) for operations in openapi()["paths"].values() for method, operation in operations.items()
]


def test_operations_are_called_by_words_that_speak() -> None:
    names = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []
    assert [name for name in names if name.split("_")[-1] in METHODS] == []


def test_a_patch_names_no_default_since_what_is_missing_stays() -> None:
    bodies = [
        openapi()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        for method, operation in OPERATIONS
        if method == "patch"
        for schema in [operation["requestBody"]["content"]["application/json"]["schema"]]
    ]
    assert bodies
    assert [body["title"] for body in bodies if any("default" in field for field in body["properties"].values())] == []


def test_every_content_has_a_schema_and_every_error_is_a_problem() -> None:
    for _, operation in OPERATIONS:
        for status, response in operation["responses"].items():
            assert all(content["schema"] for content in response.get("content", {}).values()), operation["operationId"]
            if status == "default" or status in ("401", "403", "404", "409", "413", "415", "422", "429"):
                assert set(response["content"]) == {"application/problem+json"}, operation["operationId"]
        assert "default" in operation["responses"]
