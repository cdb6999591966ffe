"""Places and organisations told by the last word of their names, and cities that no list holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import rjieba

from nlu.candidate import Candidate
from nlu.entities.names.name_words import (
    BEFORE_NAMES,
    CITY_ENDS,
    COMMON_ENDINGS,
    NO_NAMES,
    ORGANISATION_ENDS,
    PLACE_ENDS,
)
from nlu.language import HAN

_CHINESE = re.compile(f"[{HAN}]+")
_WORD = r"[A-Z][a-z]+(?:['-][A-Za-z]+)?"
_NAME = rf"(?P<name>{_WORD}(?:\s+(?:of\s+|the\s+)?{_WORD}){{0,3}}"
_ENGLISH_PLACE = re.compile(
    rf"(?<![A-Za-z]){_NAME}\s+(?:Street|St|Road|Rd|Avenue|Ave|Boulevard|Square|Airport|Station|Park|Tower|Plaza|Bridge|Museum|"
    r"Island|Lake|County|Beach|Hall|Mall))(?![A-Za-z])"
)
_ENGLISH_ORGANISATION = re.compile(
    rf"(?<![A-Za-z])(?:{_NAME},?\s+(?:Inc|Ltd|LLC|Corp|Corporation|Company|Co|GmbH|Group|Bank|University|College|Hospital|"
    r"Institute|Association|Foundation|Airlines|Hotel)\b\.?)|(?P<of>(?:University|Bank|Institute) of "
    rf"{_WORD}(?:\s+{_WORD})?))(?![A-Za-z])"
)
_IN_CITY = re.compile(
    r"(?<![A-Za-z])(?:weather|forecast|temperature|climate|rain|raining|snow|snowing|sunny|cold|hot|warm|live|living|based|store"
    rf"|branch|shop|office|hotel|restaurant)s?(?:\s+[a-z]+){{0,2}}?\s+(?:in|near)\s+(?P<name>{_WORD}(?:\s+{_WORD})?)(?![A-Za-z])"
)
_NO_NAMES = frozenset(NO_NAMES)
_COMMON = frozenset(COMMON_ENDINGS)
_BEFORE = frozenset(BEFORE_NAMES)


_KINDS = {
    "place": (PLACE_ENDS, _ENGLISH_PLACE),
    "organisation": (ORGANISATION_ENDS, _ENGLISH_ORGANISATION),
    "city": (CITY_ENDS, _IN_CITY),
}


def ending_rule(kind: str, text: str, name: str, priority: int) -> Iterator[Candidate]:
    """Chinese words of a name up to its telling end, English capitalised ones. Values are the names as written.

    `kind` is "place", "organisation" or "city".
    """
    ends, english = _KINDS[kind]
    if any(end in text for end in ends):
        for start, end in _chinese(text, ends):
            yield Candidate(name, text[start:end], start, end, "name", priority, 0.6)
    for match in english.finditer(text):
        group = "of" if match.groupdict().get("of") else "name"
        if not _NO_NAMES.intersection(match[group].split()):
            yield Candidate(name, match[group], *match.span(group), "name", priority, 0.6)


def _chinese(text: str, ends: Sequence[str]) -> Iterator[tuple[int, int]]:
    at, words = 0, []
    for word in rjieba.cut(text):
        words.append((word, at))
        at += len(word)
    for place, (word, start) in enumerate(words):
        end = start + len(word)
        if not _CHINESE.fullmatch(word) or not any(word.endswith(telling) for telling in ends):
            continue
        if word not in _COMMON and len(word) > 2:
            yield start, end
        elif place and (word in _COMMON or len(word) <= 2):
            before, first = words[place - 1]
            if _CHINESE.fullmatch(before) and len(before) > 1 and before not in _BEFORE and word in ends:
                yield first, end
