"""What makes a whole import fail. What fails for one line alone is a notice of the report."""

from __future__ import annotations

from nlu.bilingual import Text
from nlu.errors import UnderstandingError
from nlu.exchange.bot import Place


class ExchangeInvalid(UnderstandingError):
    """A file that cannot be read at all, and why."""

    def __init__(self, place: Place, reason: Text) -> None:
        self.place = place
        self.reason = reason
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """The sentence to show in "zh" or "en", with the place."""
        said = self.reason.in_language(language)
        return f"{self.place}: {said}" if self.place.file else said
