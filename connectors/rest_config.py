"""How a connection of kind "rest" is configured: what `RestConnector` reads, and what the API describes."""

from __future__ import annotations

from typing import Required

from typing_extensions import TypedDict


class RestAuth(TypedDict, total=False, closed=True):
    """The `header` that carries the secret of the name `secret`, after `prefix` ("Bearer "); nothing where empty."""

    header: str
    secret: str
    prefix: str


class RestOperationConfig(TypedDict, total=False, closed=True):
    """One call. `{order_id}` in `path`, `query` and `body` stands for an argument, `{language}` for zh or en.

    `fields` names what is taken from the answer, by JSON pointers; without a `required` one there is no such record.
    `values` puts a field's raw values into words: field, raw value, language, word. `not_found` and `invalid` list the
    HTTP statuses that mean so. `idempotent` allows a second try; GET, PUT and DELETE are, unless it says otherwise.
    """

    method: str
    path: Required[str]
    query: dict[str, str] | None
    body: object
    idempotent: bool
    fields: dict[str, str] | None
    required: list[str]
    values: dict[str, dict[str, dict[str, str]] | None] | None
    not_found: list[int] | None
    invalid: list[int] | None


class RestConfig(TypedDict, total=False, closed=True):
    """Any system that speaks JSON over HTTP: its address, and its `operations` by name."""

    base_url: Required[str]
    auth: RestAuth | None
    headers: dict[str, str] | None
    operations: Required[dict[str, RestOperationConfig]]
