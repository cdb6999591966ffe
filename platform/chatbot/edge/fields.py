"""Types that request bodies and parameters share."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import Annotated, Any, Generic, TypeVar, cast

from fastapi import Query
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    JsonValue,
    StringConstraints,
    TypeAdapter,
)
from pydantic.config import JsonDict
from pydantic.json_schema import JsonSchemaValue

Item = TypeVar("Item")
Body = TypeVar("Body", bound=BaseModel)

MOST_NESTED = 32
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database keeps them


def storable(text: str) -> str:
    """Raises ValueError for a NUL or half of a surrogate pair."""
    if _UNSTORABLE.search(text):
        raise ValueError("must not contain NUL or unpaired surrogates")
    return text


def storable_json(value: JsonValue, depth: int = 0) -> JsonValue:
    """The same for every key and text inside; raises ValueError when nested too deeply."""
    if depth > MOST_NESTED:
        raise ValueError(f"must not be nested more than {MOST_NESTED} deep")
    if isinstance(value, str):
        storable(value)
    elif isinstance(value, list):
        for item in value:
            storable_json(item, depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            storable(name)
            storable_json(item, depth + 1)
    elif isinstance(value, float) and value - value != 0:
        raise ValueError("must not contain NaN or infinity")
    return value


def _json_object(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    storable_json(value)
    return value


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must contain more than white space")
    return text


Text = Annotated[str, AfterValidator(storable)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(storable)]
Label = Annotated[  # an intent's or an entity's name; it may stand in a path; groups are parted by slashes
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^/\x00-\x1f]+(/[^/\x00-\x1f]+)*$"
    ),
    AfterValidator(storable),
]
Sentence = Annotated[str, AfterValidator(storable), AfterValidator(_not_blank)]
Identifier = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{32}$"),
    Field(description="32 hexadecimal digits.", examples=["0192f0c1a2b3c4d5e6f708192a3b4c5d"]),
]
JsonObject = Annotated[dict[str, JsonValue], AfterValidator(_json_object)]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=254,
        pattern=r"^[^\s@\x00]{1,64}@[^\s@\x00.]+(\.[^\s@\x00.]+)*$",
    ),
    AfterValidator(storable),
    Field(examples=["ann@example.com"]),
]
Limit = Annotated[int, Query(ge=1, le=200, description="Most items to return.")]
Cursor = Annotated[str | None, Query(max_length=64, description="`next_cursor` of the page before.")]


class DescribedBy:
    """How the OpenAPI document describes what another module checks: as one of `forms`, which the property `by` tells
    apart; or as a text of the format `media_type` that holds one."""

    def __init__(self, *forms: Any, by: str | None = None, media_type: str = "") -> None:
        self._form: Any = Annotated[reduce(or_, forms), Field(discriminator=by)]
        self._media_type = media_type

    def __get_pydantic_json_schema__(self, _: object, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # Wrapped, so that a model becomes a component with a name instead of standing here in full.
        form = handler({"type": "definitions", "schema": TypeAdapter(self._form).core_schema, "definitions": []})
        if not self._media_type:
            return form
        return {"type": "string", "contentMediaType": self._media_type, "contentSchema": form}


def without_defaults(schema: JsonDict) -> None:
    """Of a body in which what is missing stays: a client that knew a default would send it, and change what it says."""
    for described in cast(dict[str, JsonDict], schema["properties"]).values():
        described.pop("default", None)


class StrictBody(BaseModel):
    """A request body: a field nobody reads is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid")


def body_of(kind: type[Body], row: object, **given: object) -> Body:
    """An answer made of a row's columns of the same names, but for what is `given`; and so with what is inside it."""
    values = {name: given[name] if name in given else getattr(row, name) for name in kind.model_fields}
    return kind.model_validate(values, from_attributes=True)


class ListOf(BaseModel, Generic[Item]):
    """One page; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None = None
