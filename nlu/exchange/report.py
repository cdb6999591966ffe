"""What came over, and line by line what could not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nlu.exchange.bot import Place
from nlu.exchange.characters import storable
from nlu.exchange.report_texts import TEXTS

MOST_NOTICES = 2000


@dataclass(frozen=True, slots=True)
class Notice:
    """`code` is stable; `values` are what the sentence speaks of."""

    place: Place
    code: str
    values: Mapping[str, str]

    def message(self, language: str) -> str:
        """The sentence in "zh" or "en", without the place."""
        return TEXTS[self.code]["zh" if language == "zh" else "en"].format_map(self.values)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`found` counts what the files hold, `made` what became of it here; `omitted` notices were too many to keep."""

    format: str
    found: Mapping[str, int]
    made: Mapping[str, int]
    notices: tuple[Notice, ...]
    omitted: int = 0


class Notices:
    """Collects notices while files are read and converted; the same one of the same line once."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Place, str, str], Notice] = {}
        self.omitted = 0

    def add(self, place: Place, code: str, **values: object) -> None:
        """`values` are shown; whatever is long is cut."""
        shown = {name: _short(str(value)) for name, value in values.items()}
        key = (place, code, str(shown))
        if key in self._kept:
            return
        if len(self._kept) >= MOST_NOTICES:
            self.omitted += 1
            return
        self._kept[key] = Notice(place, code, shown)

    def sorted(self) -> tuple[Notice, ...]:
        """By place."""
        return tuple(sorted(self._kept.values(), key=lambda notice: (notice.place.file, notice.place.line)))


def _short(text: str) -> str:
    text = " ".join(storable(text).split())
    return text if len(text) <= 120 else text[:119] + "…"
