"""What is said to people, in the two languages that bots speak."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The Chinese one for "zh", the English one for any other."""
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> Text:
        """With the values filled in; one that is a Text itself, each in its language."""
        en, zh = (
            {name: value.in_language(language) if isinstance(value, Text) else value for name, value in values.items()}
            for language in ("en", "zh")
        )
        return Text(self.en.format(**en), self.zh.format(**zh))
