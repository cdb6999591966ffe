"""Any JSON over HTTP system, described by configuration: a URL template an operation, JSON pointers to named fields."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self
from urllib.parse import quote

from connectors.base import (
    ConnectorMisconfigured,
    ConnectorRequestInvalid,
    ConnectorResult,
    ConnectorUnavailable,
    RecordNotFound,
)
from connectors.configuration import (
    base_url,
    header_name,
    header_value,
    known_keys,
    section,
    statuses,
    text,
    texts,
    wrong,
)
from connectors.http_client import GuardedHttpClient, HttpResponse
from connectors.json_pointer import check_pointer, resolve_pointer
from connectors.json_value import JsonValue
from connectors.rest_config import RestAuth, RestConfig, RestOperationConfig

_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ARGUMENT_LIMIT = 500
_LANGUAGE = "language"  # always there: "zh" or "en"


@dataclass(frozen=True, slots=True)
class RestOperation:
    """One call: how it is made, and what its answer means."""

    method: str
    path: str
    query: Mapping[str, str]
    body: JsonValue
    idempotent: bool
    fields: Mapping[str, str]  # name to JSON pointer; {language} in it becomes zh or en
    required: frozenset[str]  # fields without which the record does not exist
    values: Mapping[str, Mapping[str, Mapping[str, str]]]  # field, raw value, language: word
    not_found: frozenset[int]
    invalid: frozenset[int]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The placeholders, in order of appearance."""
        body = json.dumps(self.body, ensure_ascii=False) if self.body is not None else ""
        names = _PLACEHOLDER.findall("\n".join((self.path, *self.query.values(), body)))
        return tuple(dict.fromkeys(name for name in names if name != _LANGUAGE))


@dataclass(frozen=True, slots=True)
class RestConnector:
    """Kind "rest". Arguments are percent-encoded one by one, so a value never adds a path segment or a parameter."""

    config_form: ClassVar[object] = RestConfig

    base_url: str
    _operations: Mapping[str, RestOperation] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    _client: GuardedHttpClient = field(repr=False)

    @classmethod
    def from_config(
        cls, config: Mapping[str, JsonValue], secrets: Mapping[str, str], client: GuardedHttpClient
    ) -> Self:
        """`config` is written as `RestConfig`. Raises `ConnectorMisconfigured`."""
        known_keys(config, "", RestConfig.__annotations__)
        operations = section(config, "operations", "")
        if not operations:
            raise wrong("operations", "must name at least one operation")
        return cls(
            base_url=base_url(config, "base_url", client),
            _operations={name: _operation(operations, name) for name in operations},
            headers=_headers(config, secrets),
            _client=client,
        )

    @property
    def operations(self) -> Mapping[str, tuple[str, ...]]:
        """Names of the operations, each with the arguments it needs."""
        return {name: operation.arguments for name, operation in self._operations.items()}

    async def call(self, operation: str, arguments: Mapping[str, str], *, language: str) -> ConnectorResult:
        """Raises `ConnectorError` and nothing else."""
        if operation not in self._operations:
            raise ConnectorMisconfigured(f"there is no operation {operation!r}")
        called = self._operations[operation]
        values = {name: _argument(arguments, name) for name in called.arguments} | {_LANGUAGE: language}
        headers = dict(self.headers)
        content = None
        if called.body is not None:
            content = json.dumps(_filled(called.body, values), ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        response = await self._client.request(
            called.method,
            self.base_url + _url_tail(called, values),
            headers=headers,
            content=content,
            idempotent=called.idempotent,
        )
        return ConnectorResult(_read(called, response, language))


def _read(operation: RestOperation, response: HttpResponse, language: str) -> dict[str, JsonValue]:
    if response.status in operation.not_found:
        raise RecordNotFound("the system has no such record")
    if response.status in operation.invalid:
        raise ConnectorRequestInvalid("the system refused the arguments")
    if response.status in (401, 403):
        raise ConnectorMisconfigured(f"the system refused the credential ({response.status})")
    if not 200 <= response.status < 300:
        raise ConnectorUnavailable(f"the system answered {response.status}")
    if not operation.fields:
        return {}
    document = response.json()
    data: dict[str, JsonValue] = {}
    for name, pointer in operation.fields.items():
        raw = resolve_pointer(document, pointer.replace("{language}", language))
        words = operation.values.get(name, {}).get(_as_key(raw))
        data[name] = raw if words is None else words.get(language, next(iter(words.values())))
        if words is not None:
            data[f"{name}_code"] = raw
        if raw is None and name in operation.required:
            raise RecordNotFound(f"the answer has no {name}")
    return data


def _as_key(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else ""


def _argument(arguments: Mapping[str, str], name: str) -> str:
    value = arguments.get(name, "").strip()
    if not value or len(value) > _ARGUMENT_LIMIT or not value.isprintable():
        raise ConnectorRequestInvalid(f"the argument {name} is missing, too long or not plain text")
    return value


def _url_tail(operation: RestOperation, values: Mapping[str, str]) -> str:
    segments = []
    for template in operation.path.split("/"):
        segment = _PLACEHOLDER.sub(lambda match: quote(values[match[1]], safe=""), template)
        if template != segment and segment in (".", ".."):  # would climb: dots are never percent-encoded
            raise ConnectorRequestInvalid("an argument may not be a dot segment")
        segments.append(segment)
    query = "&".join(
        f"{quote(name, safe='')}={quote(_filled_text(template, values), safe='')}"
        for name, template in operation.query.items()
    )
    return "/".join(segments) + (f"?{query}" if query else "")


def _filled_text(template: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template)


def _filled(template: JsonValue, values: Mapping[str, str]) -> JsonValue:
    if isinstance(template, str):
        return _filled_text(template, values)
    if isinstance(template, list):
        return [_filled(item, values) for item in template]
    if isinstance(template, dict):
        return {key: _filled(item, values) for key, item in template.items()}
    return template


def _headers(config: Mapping[str, JsonValue], secrets: Mapping[str, str]) -> dict[str, str]:
    given = section(config, "headers", "")
    headers = {
        header_name({"name": name}, "name", f"headers.{name}"): header_value(
            text(given, name, "headers"), f"headers.{name}"
        )
        for name in given
    }
    auth = section(config, "auth", "")
    if auth:
        known_keys(auth, "auth", RestAuth.__annotations__)
        secret = text(auth, "secret", "auth")
        if not secrets.get(secret):
            raise wrong("auth.secret", f"the connection has no secret named {secret!r}")
        value = text(auth, "prefix", "auth", "") + secrets[secret]
        headers[header_name(auth, "header", "auth")] = header_value(value, f"secrets.{secret}")
    return headers


def _operation(operations: Mapping[str, JsonValue], name: str) -> RestOperation:
    path = f"operations.{name}"
    config = section(operations, name, "operations")
    known_keys(config, path, RestOperationConfig.__annotations__)
    method = text(config, "method", path, "GET").upper()
    if method not in _METHODS:
        raise wrong(f"{path}.method", f"must be one of {', '.join(_METHODS)}")
    template = text(config, "path", path)
    if not template.startswith("/") or re.search(r"[?#\\\s]", template) or ".." in template.split("/"):
        raise wrong(f"{path}.path", "must start with a slash, without a query, spaces or dot segments")
    if "{" in _PLACEHOLDER.sub("", template) or "}" in _PLACEHOLDER.sub("", template):
        raise wrong(f"{path}.path", "has a brace that belongs to no {placeholder}")
    fields = texts(config, "fields", path)
    for field_name, pointer in fields.items():
        check_pointer(pointer, f"{path}.fields.{field_name}")
    required = config.get("required", [])
    if not isinstance(required, list) or not all(isinstance(item, str) and item in fields for item in required):
        raise wrong(f"{path}.required", "must be a list of names from fields")
    idempotent = config.get("idempotent", method not in ("POST", "PATCH"))
    if not isinstance(idempotent, bool):
        raise wrong(f"{path}.idempotent", "must be true or false")
    return RestOperation(
        method=method,
        path=template,
        query=texts(config, "query", path),
        body=config.get("body"),
        idempotent=idempotent,
        fields=fields,
        required=frozenset(str(item) for item in required),
        values=_value_words(config, path, fields),
        not_found=statuses(config, "not_found", path, (404, 410)),
        invalid=statuses(config, "invalid", path, (400, 422)),
    )


def _value_words(
    config: Mapping[str, JsonValue], path: str, fields: Mapping[str, str]
) -> dict[str, dict[str, dict[str, str]]]:
    given = section(config, "values", path)
    known_keys(given, f"{path}.values", fields)
    words = {
        name: {code: texts(section(given, name, f"{path}.values"), code, f"{path}.values.{name}") for code in codes}
        for name in given
        if (codes := section(given, name, f"{path}.values"))
    }
    for name, codes_to_words in words.items():
        for code, by_language in codes_to_words.items():
            if not by_language:
                raise wrong(f"{path}.values.{name}.{code}", "must give a word in at least one language")
    return words
