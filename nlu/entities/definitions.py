"""What a tenant writes about an entity, checked: JSON in, `EntityDefinition` out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, Required

from typing_extensions import TypedDict

from nlu.entities.recognisers import BUILT_IN, KINDS
from nlu.entities.shapes.patterns import PatternRecogniser
from nlu.errors import EntityDefinitionInvalid, EntityNameInvalid
from nlu.language import HAN
from nlu.understanding import EntityDefinition


class GazetteerDefinition(TypedDict, total=False, closed=True):
    """Finds the words of a list: canonical values, each with its synonyms, or canonical values alone. Values that are
    `personal` are masked wherever messages are kept."""

    kind: Required[Literal["gazetteer"]]
    values: Required[dict[str, list[str]] | list[str]]
    personal: bool


class PatternDefinition(TypedDict, total=False, closed=True):
    """Finds what a regular expression matches. Values that are `personal` are masked wherever messages are kept."""

    kind: Required[Literal["pattern"]]
    pattern: Required[str]
    personal: bool


class BuiltInDefinition(TypedDict, total=False, closed=True):
    """Finds what the platform knows itself. Values that are `personal` are masked wherever messages are kept."""

    kind: Required[Literal[tuple(BUILT_IN)]]  # type: ignore[valid-type]  # one for each that is registered
    personal: bool


_KEYS = {*GazetteerDefinition.__annotations__, *PatternDefinition.__annotations__}
_NAME = re.compile(rf"[A-Za-z{HAN}_][\w.-]{{0,63}}")
_MAX_VALUES = 20_000
_MAX_LENGTH = 200
_PROBES = ("a" * 200 + "!", "1" * 200 + "x", "ab " * 70, "一" * 200)


def check_entity_definition(name: str, definition: Mapping[str, object]) -> EntityDefinition:
    """`parse_entity_definition` for what is about to be stored: also refuses a pattern that is slow on simple texts.

    How slow it is depends on the machine and the moment, so that what is stored already is not asked again.
    """
    parsed = parse_entity_definition(name, definition)
    recogniser = PatternRecogniser(name, parsed.pattern, priority=0) if parsed.kind == "pattern" else None
    if recogniser is not None and any(recogniser.times_out(probe) for probe in _PROBES):
        raise EntityDefinitionInvalid(
            name,
            "the pattern takes too long on simple texts; avoid nested repetition",
            "该正则表达式在简单文本上耗时过长；请避免嵌套重复",
        )
    return parsed


def parse_entity_definition(name: str, definition: Mapping[str, object]) -> EntityDefinition:
    """Reads a definition of one of the kinds above. Raises `EntityDefinitionInvalid`."""
    if not _NAME.fullmatch(name):
        raise EntityNameInvalid(
            name,
            "a name is letters, digits, '_', '-' and '.', at most 64, not a digit first",
            "名称由字母、汉字、数字、“_”、“-”和“.”组成，最多 64 个字符，不能以数字开头",
        )
    kind = definition.get("kind")
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise EntityDefinitionInvalid(name, f"kind must be one of {known}", f"kind 必须是以下之一：{known}")
    unknown = set(definition) - _KEYS
    if unknown:
        field = sorted(unknown)[0]
        raise EntityDefinitionInvalid(name, f"unknown field {field!r}", f"没有“{field}”这一项")
    personal = definition.get("personal", False)
    if not isinstance(personal, bool):
        raise EntityDefinitionInvalid(name, "personal must be true or false", "personal 必须是 true 或 false")
    if kind == "gazetteer":
        return EntityDefinition(name, "gazetteer", values=_values(name, definition.get("values")), personal=personal)
    if kind == "pattern":
        return EntityDefinition(name, "pattern", pattern=_pattern(name, definition.get("pattern")), personal=personal)
    return EntityDefinition(name, str(kind), personal=personal)


def _values(name: str, given: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if isinstance(given, list):
        given = {value: [] for value in given if isinstance(value, str)} if _texts(given) else None
    if not isinstance(given, Mapping) or not given:
        raise EntityDefinitionInvalid(
            name,
            "values must map each canonical value to a list of its synonyms",
            "values 必须写明每个标准值及其同义词列表",
        )
    rows: list[tuple[str, tuple[str, ...]]] = []
    for canonical, synonyms in given.items():
        if not isinstance(synonyms, list | tuple) or not _texts([canonical, *synonyms]):
            raise EntityDefinitionInvalid(
                name,
                f"{canonical!r}: synonyms must be a list of texts of 1 to {_MAX_LENGTH}",
                f"“{canonical}”：同义词必须是文字列表，每条 1 到 {_MAX_LENGTH} 个字符",
            )
        rows.append((str(canonical), tuple(synonyms)))
    if sum(1 + len(synonyms) for _, synonyms in rows) > _MAX_VALUES:
        raise EntityDefinitionInvalid(
            name, f"more than {_MAX_VALUES} values and synonyms", f"标准值与同义词超过 {_MAX_VALUES} 个"
        )
    return tuple(rows)


def _texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(v, str) and 0 < len(v.strip()) <= _MAX_LENGTH for v in values)


def _pattern(name: str, given: object) -> str:
    if not isinstance(given, str) or not given:
        raise EntityDefinitionInvalid(name, "pattern must be a regular expression", "pattern 必须是正则表达式")
    PatternRecogniser(name, given, priority=0)
    return given
