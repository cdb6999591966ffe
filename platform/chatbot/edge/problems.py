"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

import errno
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, JsonValue
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from chatbot.edge.dependencies import parts_of
from chatbot.edge.languages import preferred_language
from chatbot.edge.methods import methods_of
from chatbot.foundation import logs
from chatbot.foundation.errors import AppError, Conflict, InvalidInput, ServiceUnavailable, StorageFull
from chatbot.foundation.metrics import Metrics

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_UNREADABLE_BODY = "There was an error parsing the body"  # FastAPI's words for JSON that is no UTF-8 or nests too deep
_CODES = {
    400: "malformed_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
}


class FieldError(BaseModel):
    """`field` is a path such as body.turns.0.message."""

    field: str
    message: str


class Problem(BaseModel):
    """What every error looks like; `code` is stable, `detail` is for people."""

    type: str = Field(examples=["urn:chatbot:problem:not_found"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["No bot with id '0192f0c1a2b3c4d5e6f708192a3b4c5d'."])
    code: str = Field(examples=["bot_not_found"])
    request_id: str = Field(examples=["b1c5a0d2e3f4"])
    errors: list[FieldError] | None = Field(default=None, description="The fields at fault, of a 422.")


def documented(description: str) -> dict[str, object]:
    """A response of the OpenAPI document; `api.openapi` adds the schema it refers to."""
    return {"description": description, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


PROBLEMS: dict[int | str, dict[str, object]] = {
    401: documented("No valid credential."),
    403: documented("The credential lacks the scope."),
    422: documented("A field is at fault; `errors` says which."),
    429: documented("Too many requests; `Retry-After` says when to come back."),
}
NOT_FOUND: dict[int | str, dict[str, object]] = {404: documented("No such object for this tenant.")}
CONFLICT: dict[int | str, dict[str, object]] = {409: documented("It clashes with what is already there.")}


def problem_body(
    error: AppError, errors: Sequence[Mapping[str, str]] = (), *, language: str = "en"
) -> dict[str, JsonValue]:
    """The document for an error, with the id of the request at hand."""
    body: dict[str, JsonValue] = {
        "type": f"urn:chatbot:problem:{error.code}",
        "title": error.title,
        "status": error.status_code,
        "detail": error.text.in_language(language),
        "code": error.code,
        "request_id": logs.request_id.get(),
        **error.members,
    }
    if isinstance(error, InvalidInput) and error.faults:
        errors = [
            {"field": field, "message": fault.in_language(language)} for field, fault in error.faults[:MOST_ERRORS]
        ]
    if errors:
        body["errors"] = [dict(item) for item in errors]
    return body


def problem_response(
    error: AppError, errors: Sequence[Mapping[str, str]] = (), *, language: str = "en"
) -> JSONResponse:
    body = problem_body(error, errors, language=language)
    return JSONResponse(body, status_code=error.status_code, headers=error.headers, media_type=MEDIA_TYPE)


def install_problem_handlers(app: FastAPI) -> None:
    """Everything but unexpected errors, which the outermost middleware answers."""
    for kind, handler in (
        (AppError, _app_error),
        (RequestValidationError, _validation_error),
        (HTTPException, _http_exception),
        (IntegrityError, _integrity_error),
        (OperationalError, _database_down),
        (InterfaceError, _database_down),
        (ConnectionError, _database_down),
        (OSError, _operating_system_error),
    ):
        app.add_exception_handler(kind, handler)


async def _app_error(request: Request, error: Exception) -> JSONResponse:
    error = cast(AppError, error)
    if error.status_code >= 500:
        logger.error("request failed", exc_info=error)
    parts_of(request).get(Metrics).refused(error.code)
    return problem_response(error, language=preferred_language(request))


async def _validation_error(_request: Request, error: Exception) -> JSONResponse:
    """The input itself is not repeated: it may be a password."""
    faults = cast(RequestValidationError, error).errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return _malformed_json()
    fields = [
        {"field": ".".join(str(part) for part in fault["loc"]), "message": str(fault["msg"])}
        for fault in faults[:MOST_ERRORS]
    ]
    named = ", ".join(dict.fromkeys(field["field"] for field in fields))
    return problem_response(InvalidInput(f"Check these fields: {_printable(named)}."), _printable_fields(fields))


async def _http_exception(request: Request, error: Exception) -> JSONResponse:
    """What Starlette raises itself: unknown paths, methods and bodies it can't read."""
    error = cast(HTTPException, error)
    if error.status_code == 400 and error.detail == _UNREADABLE_BODY:
        return _malformed_json()
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(methods_of(request.scope))
    problem = AppError(str(error.detail), headers=headers)
    problem.status_code = error.status_code
    problem.title = HTTPStatus(error.status_code).phrase
    problem.code = _CODES.get(error.status_code, problem.title.lower().replace(" ", "_"))
    return problem_response(problem)


async def _integrity_error(_request: Request, error: Exception) -> JSONResponse:
    """Two requests did at once what only one may do."""
    logger.info("constraint violated", extra={"reason": str(getattr(error, "orig", ""))[:200]})
    return problem_response(Conflict("It clashes with another change made at the same time."))


async def _database_down(request: Request, error: Exception) -> JSONResponse:
    logger.error("a part this request needs does not answer", exc_info=error)
    parts_of(request).get(Metrics).outage("database")
    return problem_response(ServiceUnavailable("Try again shortly.", headers={"Retry-After": "2"}))


async def _operating_system_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, OSError) or error.errno not in _NO_ROOM:
        raise error
    logger.error("there is no room for an upload", exc_info=error)
    parts_of(request).get(Metrics).outage("storage")
    return problem_response(StorageFull("The server has no room for this. Nothing was changed."))


def _malformed_json() -> JSONResponse:
    problem = InvalidInput("The body is not valid JSON.")
    problem.code = "malformed_json"
    return problem_response(problem, [{"field": "body", "message": "is not valid JSON"}])


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:500]


def _printable_fields(fields: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{name: _printable(value) for name, value in field.items()} for field in fields]
