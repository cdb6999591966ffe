"""How Chinese characters sound, as people type them: pinyin without tones."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def _readings() -> dict[str, str]:
    """Character to its most usual sound without the tone, from pypinyin's table; the package itself is not imported."""
    table = json.loads(resources.files("pypinyin").joinpath("pinyin_dict.json").read_text(encoding="utf-8"))
    readings = {}
    for code, sounds in table.items():
        if 0x4E00 <= int(code) <= 0x9FFF:
            plain = unicodedata.normalize("NFD", sounds.split(",")[0])
            readings[chr(int(code))] = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return readings


@lru_cache(maxsize=1)
def _written() -> dict[str, tuple[str, ...]]:
    """Sound to the characters in common use (those of GB 2312) that have it."""
    written: defaultdict[str, list[str]] = defaultdict(list)
    for character, reading in _readings().items():
        if _is_common(character):
            written[reading].append(character)
    return {reading: tuple(characters) for reading, characters in written.items()}


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def sound(text: str) -> tuple[str, ...]:
    """One syllable a character, the character itself where it has none."""
    readings = _readings()
    return tuple(readings.get(character, character) for character in text)


def sounding_like(character: str) -> Sequence[str]:
    """Simplified characters in common use of the same sound, itself among them where it is one; () for no character."""
    return _written().get(_readings().get(character, ""), ())
