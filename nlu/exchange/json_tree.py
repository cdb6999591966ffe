"""Careful steps into JSON of unknown shape: what is not as expected counts as absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


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
