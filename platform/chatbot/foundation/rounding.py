"""Figures as JSON shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any  # what JSON is made of


def rounded(found: object, digits: int = 4) -> Any:
    """As JSON, every float of it rounded: a dataclass as its fields, a mapping or a sequence part by part."""
    if isinstance(found, float):
        return round(found, digits)
    if is_dataclass(found):
        return {field.name: rounded(getattr(found, field.name), digits) for field in fields(found)}
    if isinstance(found, Mapping):
        return {name: rounded(value, digits) for name, value in found.items()}
    if isinstance(found, Sequence) and not isinstance(found, str):
        return [rounded(value, digits) for value in found]
    return found
