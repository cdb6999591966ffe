"""Sentences in both languages, and how a column keeps one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages; where there is no Chinese the English stands for both."""

    en: str
    zh: str = ""

    @classmethod
    def of_column(cls, kept: str | None) -> Text:
        """What `to_column` made."""
        return cls(*(kept or "").split("\n", 1))

    def to_column(self) -> str:
        """The English, and on the lines below it the Chinese."""
        return " ".join(self.en.split("\n")) + f"\n{self.zh}" if self.zh else self.en

    def in_language(self, language: str) -> str:
        """As a reader of "zh" or "en" wants it."""
        return self.zh if language == "zh" and self.zh else self.en

    def format(self, **values: object) -> Text:
        return Text(self.en.format(**values), self.zh.format(**values))
