"""Every sentence the pages and the widget show, in Chinese and English: `zh.json` and `en.json` beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def messages(language: str) -> Mapping[str, str]:
    """Key to sentence; `{name}` in a sentence is filled in by whoever shows it."""
    text = (files(__package__) / f"{language}.json").read_text(encoding="utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


def messages_of(language: str, *prefixes: str) -> dict[str, str]:
    """The part of the messages whose keys begin with one of `prefixes`."""
    return {key: text for key, text in messages(language).items() if key.startswith(prefixes)}
