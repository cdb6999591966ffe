"""Reads flow data, naming the place of every mistake."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import regex

from dialogue.flow_faults import FlowInvalid
from dialogue.language import LANGUAGES

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")
_ENTITY = re.compile(r"(?!\d)\w[\w.-]{0,63}(?::\w[\w.-]{0,63})?\Z")
_TEXT_LIMIT = 4000
_PATTERN_LIMIT = 500


def known_keys(data: Mapping[str, object], path: str, allowed: Collection[str]) -> None:
    """Refuses a key that nothing reads: it is a slip of the pen, most often."""
    for key in data:
        if key not in allowed:
            raise FlowInvalid(at(path, str(key)), "unknown_key", known=", ".join(sorted(allowed)))


def at(path: str, key: str) -> str:
    """The path of `key` inside `path`."""
    return f"{path}.{key}" if path else key


def mapping(data: Mapping[str, object], key: str, path: str) -> Mapping[str, object]:
    """The mapping at `key`, empty when absent."""
    value = data.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise FlowInvalid(at(path, key), "no_mapping")
    return value


def text(data: Mapping[str, object], key: str, path: str, default: str | None = None) -> str:
    """The text at `key`; required when there is no default."""
    value = data.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise FlowInvalid(at(path, key), "no_text" if key in data else "missing")
    if len(value) > _TEXT_LIMIT:
        raise FlowInvalid(at(path, key), "too_long", most=_TEXT_LIMIT)
    return value


def identifier(data: Mapping[str, object], key: str, path: str, default: str | None = None) -> str:
    """A name of letters, digits and underscores."""
    value = text(data, key, path, default)
    if value != default and not _NAME.match(value):
        raise FlowInvalid(at(path, key), "no_identifier")
    return value


def entity(data: Mapping[str, object], key: str, path: str) -> str:
    """An entity's name, with the role it must play where that matters: "city", "city:from"."""
    value = text(data, key, path, "")
    if value and not _ENTITY.match(value):
        raise FlowInvalid(at(path, key), "no_entity")
    return value


def flag(data: Mapping[str, object], key: str, path: str, default: bool = False) -> bool:
    """True or false at `key`."""
    value = data.get(key, default)
    if not isinstance(value, bool):
        raise FlowInvalid(at(path, key), "no_flag")
    return value


def number(data: Mapping[str, object], key: str, path: str, default: int, *, most: int) -> int:
    """A whole number from 1 to `most` at `key`."""
    value = data.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise FlowInvalid(at(path, key), "no_number", most=most)
    return value


def names(data: Mapping[str, object], key: str, path: str) -> tuple[str, ...]:
    """A list of texts, empty when absent."""
    value = data.get(key, [])
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) and item.strip() for item in value):
        raise FlowInvalid(at(path, key), "no_texts")
    return tuple(str(item) for item in value)


def localised(data: Mapping[str, object], key: str, path: str, *, required: bool = False) -> dict[str, str]:
    """Language to text, empty when absent and not required."""
    found = mapping(data, key, path)
    known_keys(found, at(path, key), LANGUAGES)
    if required and not found:
        raise FlowInvalid(at(path, key), "missing_words")
    return {language: text(found, language, at(path, key)) for language in found}


def localised_variants(data: Mapping[str, object], key: str, path: str) -> dict[str, tuple[str, ...]]:
    """Language to one text, or to a list of texts that say the same; empty when absent."""
    found = mapping(data, key, path)
    known_keys(found, at(path, key), LANGUAGES)
    variants: dict[str, tuple[str, ...]] = {}
    for language, given in found.items():
        several = given if isinstance(given, (list, tuple)) else [given]
        if not several:
            raise FlowInvalid(at(at(path, key), language), "no_variants")
        variants[language] = tuple(text({language: each}, language, at(path, key)) for each in several)
    return variants


def localised_lists(data: Mapping[str, object], key: str, path: str) -> dict[str, tuple[str, ...]]:
    """Language to a list of texts, empty when absent."""
    found = mapping(data, key, path)
    known_keys(found, at(path, key), LANGUAGES)
    return {language: names(found, language, at(path, key)) for language in found}


def pattern(data: Mapping[str, object], key: str, path: str) -> str:
    """A regular expression that compiles, "" when absent."""
    value = text(data, key, path, "")
    if len(value) > _PATTERN_LIMIT:
        raise FlowInvalid(at(path, key), "too_long", most=_PATTERN_LIMIT)
    try:
        regex.compile(value)
    except regex.error as error:
        raise FlowInvalid(at(path, key), "no_pattern", error=error) from error
    return value
