"""One spelling for many: full width, traditional characters, repeated letters, stray bytes; with the way back."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_DROPPED_CATEGORIES = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
_SPACES = frozenset("\t\n\r\x0b\x0c\x85\u2028\u2029")
_PUNCTUATION = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "−": "-", "。": ".", "、": ",", "…": "."}
)
_LONGEST_RUN = 3  # "soooooo" and "sooo" read the same; "www" and "000" keep their meaning
_NOT_TRADITIONAL = frozenset("著")  # 著名: the table would write 着


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` is what the models read; `starts[i]`, `ends[i]` bound the user's characters that made text[i]."""

    text: str
    original: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets of text[start:end] in the user's own text."""
        if not self.text:
            return 0, 0
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else len(self.original)
            return at, at
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=1)
def _simplified() -> dict[str, str]:
    """Traditional character to its first simplified reading; character by character, so that offsets stay simple."""
    table: dict[str, str] = {}
    data = resources.files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8")
    for line in data.splitlines():
        traditional, _, readings = line.partition("\t")
        first = readings.split(" ")[0]
        # Characters outside the basic plane would make rarities of ordinary words.
        if len(traditional) == 1 and len(first) == 1 and first <= "\uffff" and traditional not in _NOT_TRADITIONAL:
            table[traditional] = first
    return table


def normalise(text: str) -> Normalised:
    """Never fails, whatever the text holds; case is kept. Runs of a letter are cut to three, of a mark to one."""
    if text.isascii() and text.isprintable() and not _has_run(text):
        positions = tuple(range(len(text) + 1))
        return Normalised(text, text, positions[:-1], positions[1:])
    simplified = _simplified() if not text.isascii() else {}
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    run = 0
    for position, size, piece in _pieces(text):
        for character in piece.translate(_PUNCTUATION):
            kept = " " if character in _SPACES or character.isspace() else simplified.get(character, character)
            if kept != " " and unicodedata.category(kept) in _DROPPED_CATEGORIES:
                continue
            run = run + 1 if out and out[-1] == kept else 1
            if run > _run_limit(kept):
                ends[-1] = position + size
                continue
            out.append(kept)
            starts.append(position)
            ends.append(position + size)
    return Normalised("".join(out), text, tuple(starts), tuple(ends))


def _pieces(text: str) -> list[tuple[int, int, str]]:
    """(offset, length, normal form): a base character with the combining marks after it makes one piece."""
    pieces: list[tuple[int, int, str]] = []
    start = 0
    for position in range(1, len(text) + 1):
        if position < len(text) and unicodedata.combining(text[position]):
            continue
        pieces.append((start, position - start, unicodedata.normalize("NFKC", text[start:position])))
        start = position
    return pieces


def _run_limit(character: str) -> int:
    if character.isdigit():
        return 1_000_000
    if character.isalpha():
        return _LONGEST_RUN
    return 1 if character in " !?~.,;，！？；" else _LONGEST_RUN


def _has_run(text: str) -> bool:
    """Whether some run of equal characters may be over its limit; cheap, and may say yes too often."""
    return any(pair in text for pair in ("  ", "!!", "??", "~~", "..", ",,", ";;")) or any(
        text[i] == text[i + 1] == text[i + 2] == text[i + 3] for i in range(len(text) - 3)
    )
