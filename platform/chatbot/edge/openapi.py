"""The OpenAPI document: what FastAPI derives, with every error described as the problem it really is."""

from __future__ import annotations

from typing import Any  # the document is JSON of any shape

from fastapi import FastAPI

from chatbot.edge.problems import PROBLEMS, Problem, documented

TAGS = [
    {"name": "chat", "description": "Talking to a bot: at once, streamed, in batches, or later."},
    {"name": "widget", "description": "What the chat widget on a page calls."},
    {"name": "auth", "description": "Signing in with e-mail address and password."},
    {"name": "conversations", "description": "What was said, why, and what users thought of it."},
    {"name": "knowledge", "description": "Documents that bots answer from."},
    {"name": "retrieval lab", "description": "Why an answer is found, test sets, and calibrated refusal."},
    {"name": "bots", "description": "How bots talk and where."},
    {"name": "understanding", "description": "What bots make of messages: training, versions, measurement, drift."},
    {"name": "connections", "description": "Outside systems that bots ask."},
    {"name": "users", "description": "People who sign in."},
    {"name": "api keys", "description": "Keys for integrators."},
    {"name": "tenants", "description": "Organisations; for the operator."},
    {"name": "operations", "description": "Health."},
]
API_KEY = {
    "type": "apiKey",
    "in": "header",
    "name": "X-API-Key",
    "description": "An API key, or an access token.",
}
DESCRIPTION = """
Authenticate with `Authorization: Bearer <access token>` or `X-API-Key: <key>`.

Errors are [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem documents with a stable `code` and the
`request_id` that the logs know. Lists page by `limit` and `cursor`. Another tenant's object is always 404.
"""


def describe(app: FastAPI) -> None:
    """Replaces `app.openapi`; the document is made once, when first asked for."""
    derive = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = derive()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(problem.pop("$defs", {}))
            schemas["Problem"] = problem
            document["components"].setdefault("securitySchemes", {})["api_key"] = API_KEY
            for operations in document["paths"].values():
                for operation in operations.values():
                    _add_problems(operation)
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _add_problems(operation: dict[str, Any]) -> None:
    responses = operation.setdefault("responses", {})
    if operation.get("security"):
        operation["security"] = [{"bearer": []}, {"api_key": []}]
        expected: tuple[int, ...] = (401, 403, 422, 429)
    else:
        expected = (422, 429) if "requestBody" in operation else ()
    responses.update({str(status): PROBLEMS[status] for status in expected})
    responses.setdefault("default", documented("Any other error."))
