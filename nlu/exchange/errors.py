"""What makes a whole import fail. What fails for one line alone is a notice of the report."""

from __future__ import annotations

from nlu.errors import UnderstandingError


class ExchangeInvalid(UnderstandingError):
    """A file that cannot be read at all; `line` counts from 1, 0 stands for the file as a whole."""

    def __init__(self, file: str, line: int, en: str, zh: str) -> None:
        self.file = file
        self.line = line
        self.en = en
        self.zh = zh
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """The sentence to show in "zh" or "en", with the place."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = self.zh if language == "zh" else self.en
        return f"{place}: {said}" if place else said
