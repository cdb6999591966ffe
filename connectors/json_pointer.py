"""JSON pointers (RFC 6901) into an answer."""

from __future__ import annotations

import re

from connectors.configuration import wrong
from connectors.json_value import JsonValue

_FORM = re.compile(r"(/([^~]|~[01])*)?\Z", re.DOTALL)


def check_pointer(pointer: str, path: str) -> None:
    """Raises `ConnectorMisconfigured` when `pointer` is none."""
    if not _FORM.match(pointer):
        raise wrong(path, "must be a JSON pointer such as /order/status")


def resolve_pointer(document: JsonValue, pointer: str) -> JsonValue:
    """The value `pointer` leads to, None when there is nothing."""
    value = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isascii() and key.isdigit() and int(key[:9]) < len(value):
            value = value[int(key[:9])]
        else:
            return None
    return value
