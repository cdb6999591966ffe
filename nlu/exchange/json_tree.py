"""JSON, and careful steps into one of unknown shape: what is not as expected counts as absent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from nlu.bilingual import Text
from nlu.exchange.bot import Place
from nlu.exchange.characters import is_storable_tree
from nlu.exchange.errors import ExchangeInvalid


def read_json(file: str, text: str) -> object:
    """Any JSON. Raises ExchangeInvalid with the line at fault."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        reason = Text("this is not valid JSON: {reason}", "不是有效的 JSON：{reason}").format(reason=error.msg)
        raise ExchangeInvalid(Place(file, error.lineno), reason) from error
    except (RecursionError, ValueError) as error:
        raise ExchangeInvalid(Place(file), Text("this JSON is nested too deeply", "JSON 嵌套层数过多")) from error
    if not is_storable_tree(data):
        unstorable = Text("this holds a character that cannot be kept", "内容中含有无法保存的字符")
        raise ExchangeInvalid(Place(file), unstorable)
    return data


def mapping(value: object) -> Mapping[str, object]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> Iterator[Mapping[str, object]]:
    """The objects in a list."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def texts(value: object) -> tuple[str, ...]:
    """The texts in a list, or one text by itself."""
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(item for item in value if isinstance(item, str) and item) if isinstance(value, list) else ()


def text(value: object) -> str:
    """A text, or ""."""
    return value if isinstance(value, str) else ""
