"""Definitions of flows and entities as people write them, YAML or JSON, and as the API takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import yaml

LONGEST_TEXT: Final = 200_000
MOST_NESTED: Final = 32


class NotationInvalid(ValueError):
    """The text is no definition; `line` counts from 1 and is 0 where no line is to blame."""

    def __init__(self, key: str, line: int = 0, detail: str = "") -> None:
        self.key = key  # of the sentence to show
        self.line = line
        self.detail = detail
        super().__init__(key)


class _Loader(yaml.SafeLoader):
    """YAML without its surprises: `no` is a word and 2024-05-01 is text; only true and false are truths."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


@dataclass(frozen=True, slots=True)
class Written:
    """`lines` tells where each part stands: `slots[0].prompt` on line 8."""

    definition: dict[str, object]
    lines: dict[str, int]


def read_definition(text: str) -> Written:
    """JSON is YAML too. Raises NotationInvalid; anchors and tags are refused, so that no text is more than it seems."""
    if len(text) > LONGEST_TEXT:
        raise NotationInvalid("too_long")
    try:
        _check(text)
        node = yaml.compose(text, Loader=_Loader)
        value = _constructed(node)
        lines = dict(_lines(node, ""))
        json.dumps(value, allow_nan=False)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise NotationInvalid("syntax", line, error.problem or "") from error
    except (yaml.YAMLError, ValueError, TypeError) as error:
        if isinstance(error, NotationInvalid):
            raise
        raise NotationInvalid("syntax") from error
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise NotationInvalid("no_mapping", 1)
    return Written(value, lines)


def write_definition(definition: Mapping[str, object]) -> str:
    """As YAML, in the order it was given."""
    text: str = yaml.safe_dump(dict(definition), allow_unicode=True, sort_keys=False, width=100)
    return text


def _check(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise NotationInvalid("anchor", line)
        if getattr(event, "tag", None) is not None:
            raise NotationInvalid("tag", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MOST_NESTED:
                raise NotationInvalid("too_deep", line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _constructed(node: yaml.Node | None) -> object:
    """What a safe loader makes of a document that was read already."""
    loader = _Loader("")
    try:
        return None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _lines(node: yaml.Node | None, path: str) -> Iterator[tuple[str, int]]:
    if node is None:
        return
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            below = f"{path}.{name.value}" if path else str(name.value)
            yield from _lines(value, below)
            yield below, name.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _lines(value, f"{path}[{place}]")
