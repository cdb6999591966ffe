"""Line by line, what could not come over."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.bilingual import Text
from nlu.exchange.bot import Place
from nlu.exchange.characters import storable
from nlu.exchange.report_texts import TEXTS

MOST_NOTICES = 2000


@dataclass(frozen=True, slots=True)
class Notice:
    """`code` is stable; `text` does not name the place."""

    place: Place
    code: str
    text: Text


class Notices:
    """Collects notices while files are read and converted; the same one of the same line once."""

    def __init__(self) -> None:
        self._kept: dict[Notice, None] = {}
        self.omitted = 0

    def add(self, place: Place, code: str, **values: object) -> None:
        """`values`, which may be Texts, are shown; whatever is long is cut."""
        notice = Notice(place, code, TEXTS[code].format(**{name: _short(value) for name, value in values.items()}))
        if notice not in self._kept and len(self._kept) >= MOST_NOTICES:
            self.omitted += 1
        else:
            self._kept[notice] = None

    def sorted(self) -> tuple[Notice, ...]:
        """By place."""
        return tuple(sorted(self._kept, key=lambda notice: (notice.place.file, notice.place.line)))


def _short(value: object) -> str | Text:
    if isinstance(value, Text):
        return Text(_cut(value.en), _cut(value.zh))
    return _cut(str(value))


def _cut(text: str) -> str:
    text = " ".join(storable(text).split())
    return text if len(text) <= 120 else text[:119] + "…"
