"""What of another system's answer goes on: whatever it sends, a reply can say it and a database keep it."""

from __future__ import annotations

import re

from connectors.json_value import JsonValue

LONGEST_TEXT = 2000  # characters; the rest is cut off
MOST_ITEMS = 100  # of a list or an object; the rest is left out
MOST_NESTED = 8

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and halves of surrogate pairs: JSON spells them, no database does
_LARGEST = 2**63 - 1  # beyond it an integer is a name made of digits


def kept(value: JsonValue, depth: int = 0) -> JsonValue:
    """`value` as it goes on. Raises ValueError when it nests more than MOST_NESTED deep."""
    if depth > MOST_NESTED:
        raise ValueError(f"nests more than {MOST_NESTED} deep")
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [kept(item, depth + 1) for item in value[:MOST_ITEMS]]
    if isinstance(value, dict):
        return {_text(name): kept(item, depth + 1) for name, item in list(value.items())[:MOST_ITEMS]}
    if isinstance(value, int) and abs(value) > _LARGEST:
        return _text(str(value))
    return value


def _text(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text[:LONGEST_TEXT])
