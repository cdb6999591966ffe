"""YAML to a plain tree that knows its lines. Tags construct nothing; depth, size and aliases are bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from nlu.bilingual import Text
from nlu.exchange.bot import Place
from nlu.exchange.characters import is_storable
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.report import Notices

MOST_NODES = 500_000  # with every alias counted as often as it is used
MOST_NESTED = 64
_PLAIN_TAGS = frozenset({"str", "int", "float", "bool", "null", "seq", "map"})
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same events, twenty times as fast


@dataclass(frozen=True, slots=True)
class Scalar:
    """`line` is where the text begins: for a block ("|") the line after its mark."""

    value: str
    line: int
    is_null: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    nodes: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Fields:
    nodes: Mapping[str, Node]
    line: int


Node = Scalar | Items | Fields


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    line: int
    anchor: str | None
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    fields: dict[str, Node] = field(default_factory=dict)
    key: str | None = None
    weight: int = 1


def fields_of(node: Node | None) -> Mapping[str, Node]:
    """Of a mapping; nothing of anything else."""
    return node.nodes if isinstance(node, Fields) else {}


def items_of(node: Node | None) -> tuple[Node, ...]:
    """Of a list; nothing of anything else."""
    return node.nodes if isinstance(node, Items) else ()


def text_of(node: Node | None) -> str:
    """Of a scalar; "" for null and for anything else."""
    return node.value if isinstance(node, Scalar) and not node.is_null else ""


def lines_of(node: Node | None) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers."""
    if isinstance(node, Scalar):
        yield from enumerate(node.value.splitlines(), node.line)


def read_yaml(file: str, text: str, notices: Notices) -> Node | None:
    """The first document, None when there is none. Raises ExchangeInvalid with the line at fault."""
    try:
        return _read(file, text, notices)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        reason = error.problem or "unreadable"
        raise _refused(file, line, f"this is not valid YAML: {reason}", f"不是有效的 YAML：{reason}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise _refused(file, 0, "this is not valid YAML", "不是有效的 YAML") from error


def _read(file: str, text: str, notices: Notices) -> Node | None:
    anchors: dict[str, tuple[Node, int]] = {}
    stack: list[_Open] = []
    total = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentEndEvent):
            return None
        if isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            if len(stack) >= MOST_NESTED:
                raise _refused(file, line, "this is nested too deeply", "嵌套层数过多")
            _note_tag(event.tag, file, line, notices)
            stack.append(_Open(line, event.anchor, isinstance(event, yaml.MappingStartEvent)))
            continue
        if isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            done = stack.pop()
            node: Node = Fields(done.fields, done.line) if done.is_mapping else Items(tuple(done.items), done.line)
            weight, anchor = done.weight, done.anchor
        elif isinstance(event, yaml.ScalarEvent):
            _note_tag(event.tag, file, line, notices)
            if not is_storable(event.value):
                raise _refused(
                    file, line, "this text holds a character that cannot be kept", "文本中含有无法保存的字符"
                )
            is_block = event.style in ("|", ">")
            is_null = not event.style and event.value in _NULLS
            node, weight, anchor = Scalar(event.value, line + is_block, is_null), 1, event.anchor
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in anchors:
                raise _refused(file, line, f"*{event.anchor} names no anchor", f"*{event.anchor} 没有对应的锚点")
            (node, weight), anchor = anchors[event.anchor], None
        else:
            continue
        total += weight if isinstance(event, yaml.AliasEvent) else 1
        if total > MOST_NODES:
            raise _refused(file, line, "this holds too many values", "内容过多")
        if anchor:
            anchors[anchor] = (node, weight)
        if not stack:
            return node
        _put(stack[-1], node, weight, file, line, notices)
    return None


def _put(parent: _Open, node: Node, weight: int, file: str, line: int, notices: Notices) -> None:
    parent.weight += weight
    if not parent.is_mapping:
        parent.items.append(node)
    elif parent.key is None:
        if not isinstance(node, Scalar):
            raise _refused(file, line, "a key must be text", "键必须是文本")
        parent.key = node.value
    else:
        key, parent.key = parent.key, None
        if key == "<<" and isinstance(node, Fields):
            parent.fields = {**node.nodes, **parent.fields}
            return
        if key in parent.fields:
            notices.add(Place(file, line), "key_twice", key=key)
        parent.fields[key] = node


def _note_tag(tag: str | None, file: str, line: int, notices: Notices) -> None:
    if tag is not None and tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN_TAGS:
        notices.add(Place(file, line), "tag_ignored", tag=tag)


def _refused(file: str, line: int, en: str, zh: str) -> ExchangeInvalid:
    return ExchangeInvalid(Place(file, line), Text(en, zh))
