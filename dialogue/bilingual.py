"""What is said to people, in the two languages that bots speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Localised = Mapping[str, str]  # language to text: a tenant may have written one of them only


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of our own, in both languages."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The Chinese one for "zh", the English one for any other."""
        return self.zh if language == "zh" else self.en


def in_language(texts: Localised, language: str, default: str) -> str:
    """The text in `language`, else in `default`, else in whatever there is."""
    return texts.get(language) or texts.get(default) or next(iter(texts.values()), "")
