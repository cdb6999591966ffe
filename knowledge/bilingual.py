"""Sentences in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """What people are told, in the language that they read."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The sentence for "zh", or else "en"."""
        return self.zh if language == "zh" else self.en
