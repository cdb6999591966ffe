"""Valid requests to every operation of the OpenAPI document, and the ids in them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

Place = tuple[str | int, ...]  # ("path", "bot_id"), ("query", "bot_id"), ("body", "turns", 0, "bot_id")
METHODS = ("get", "post", "put", "patch", "delete")
# Words of the caller's own, by which nothing of another tenant can be looked up: checked to bring nothing of it.
LABELS = frozenset({"user_id", "session_id"})


@dataclass(frozen=True)
class Operation:
    """`body` is a valid one; `media_type` is empty without one."""

    method: str
    path: str
    query: Mapping[str, Any]
    body: Any
    media_type: str
    places: tuple[Place, ...] = field(default=())
    has_pages: bool = False

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    def is_label(self, place: Place) -> bool:
        return place[0] != "path" and place[-1] in LABELS

    def request(self, values: Mapping[Place, str]) -> dict[str, Any]:
        """Arguments for httpx, with an id at each of its places."""
        path = re.sub(r"\{(\w+)\}", lambda match: values[("path", match[1])], self.path)
        query, body = dict(self.query), copy.deepcopy(self.body)
        for place, value in values.items():
            if place[0] == "query":
                query[str(place[1])] = value
            elif place[0] == "body":
                _put(body, place[1:], value)
        arguments: dict[str, Any] = {"method": self.method, "url": path, "params": query}
        if self.media_type.startswith("multipart/"):
            arguments["files"] = {"file": ("a.txt", b"Some words of a document.", "text/plain")}
        elif self.media_type == "application/x-www-form-urlencoded":
            arguments["data"] = body
        elif self.media_type:
            arguments["json"] = body
        return arguments


def kind_of(place: Place) -> str:
    """The name under which an estate keeps what belongs there."""
    name = next(str(part) for part in reversed(place) if isinstance(part, str))
    return name.removesuffix("s") if name.endswith("_ids") else name


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """One for each media type that an operation takes."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield from _operations(document, path, method, methods[method])


def _operations(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Iterator[Operation]:
    query: dict[str, Any] = {}
    places: list[Place] = []
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" or (parameter["in"] == "query" and is_id(parameter["name"])):
            places.append((parameter["in"], parameter["name"]))
        elif parameter["in"] == "query" and parameter.get("required"):
            query[parameter["name"]] = example(document, parameter["schema"])
    has_pages = any(parameter["name"] == "cursor" for parameter in operation.get("parameters", ()))
    content = operation.get("requestBody", {}).get("content", {})
    for media_type, described in content.items() or [("", {})]:
        schema = described.get("schema", {})
        found = [("body", *place) for place in id_places(document, schema)] if "json" in media_type else []
        body = example(document, schema) if media_type else None
        yield Operation(method, path, query, body, media_type, tuple(places + found), has_pages)


def is_id(name: str) -> bool:
    return name.endswith(("_id", "_ids"))


def resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follows a reference, and takes what is not null of an optional."""
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        elif "anyOf" in schema or "oneOf" in schema:
            choices = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
            schema = next(choice for choice in choices if choice.get("type") != "null")
        elif len(schema.get("allOf", ())) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def id_places(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Place]:
    """Where ids stand in a body, however deep."""
    schema = resolved(document, schema)
    for name, inner in schema.get("properties", {}).items():
        inner = resolved(document, inner)
        if is_id(name):
            yield (name, 0) if inner.get("type") == "array" else (name,)
        else:
            yield from ((name, *place) for place in id_places(document, inner))
    if "items" in schema:
        yield from ((0, *place) for place in id_places(document, schema["items"]))


def example(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """The first example given, or the least that is valid."""
    for described in (schema, resolved(document, schema)):
        if described.get("examples"):
            return copy.deepcopy(described["examples"][0])
    schema = resolved(document, schema)
    if "default" in schema:
        return copy.deepcopy(schema["default"])
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    match schema.get("type"):
        case "object":
            required = schema.get("required", ())
            return {
                name: example(document, inner)
                for name, inner in schema.get("properties", {}).items()
                if name in required
            }
        case "array":
            return [example(document, schema["items"]) for _ in range(schema.get("minItems", 0))]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return "x" * max(1, schema.get("minLength", 1))


def _put(body: Any, place: Place, value: str) -> None:
    *parents, last = place
    for index, part in enumerate(parents):
        following = place[index + 1]
        if isinstance(part, int):
            if len(body) <= part:
                body.append([] if isinstance(following, int) else {})
        elif part not in body:
            body[part] = [] if isinstance(following, int) else {}
        body = body[part]
    if isinstance(last, int) and len(body) <= last:
        body.append(value)
    else:
        body[last] = value


def is_not_found(response: httpx.Response) -> bool:
    """404, also as the only answers of a batch or a stream."""
    if response.status_code == 404:
        return True
    if response.status_code != 200:
        return False
    if response.headers["content-type"].startswith("text/event-stream"):
        return "event: error" in response.text and '"status":404' in response.text.replace(" ", "")
    if response.headers["content-type"] != "application/json":
        return False
    results: list[dict[str, Any]] = response.json().get("results") or []
    return bool(results) and all((result.get("problem") or {}).get("status") == 404 for result in results)
