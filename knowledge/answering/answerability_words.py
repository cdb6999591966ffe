"""Questions and passages word by word, with places: what a question asks for, and where it stands in a text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import rjieba

from knowledge.text.han import HAN
from knowledge.text.sentences import split_sentences
from knowledge.text.words import FUNCTION_WORDS, plain_text, words_of

_WORD = re.compile(rf"[{HAN}]+|\d+(?:[.,]\d+)*(?:st|nd|rd|th|s)?\b|\d+|[^\W\d_]+")
_HAN = re.compile(f"[{HAN}]")
_ALIKE = 0.9  # what a word counts that shares its beginning with one of the text, or is misspelt by a letter
_LEAST_BEGINNING, _LEAST_SHARE = 4, 0.6  # letters alike, and their share of the longer word
_LEAST_MISSPELT = 5  # letters of a word that may be another's misspelling
# They only lead up to what is asked for.
_LEADING_WORDS = """kind kinds type types sort sorts name names many much called term besides happen happened take
takes took need needs needed want get gets got give gives tell know find work works mean means use used available
多久 多长 多大 多高 多远 几天 几点 几号 几年 几个 多少钱 钱 需要 想要 可否 能否 是否 有无 知道 请教 咨询 一下"""
_LEADING = frozenset(_LEADING_WORDS.split())
_HAN_PER_WORD = 2  # characters; places in Chinese text are counted in words of two
EXACT = 1.0


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A content word of a question. `rarity` is from 0 to 1; `place` counts all its words."""

    form: str
    place: int
    rarity: float
    is_name: bool  # written with a capital in the midst of the question
    is_number: bool


@dataclass(frozen=True, slots=True)
class Found:
    """How far a word stands in a sentence, 0 to 1, and at which words of it."""

    share: float
    places: tuple[int, ...] = ()


_NOT_FOUND = Found(0.0)


class Line:
    """One sentence, read once for all words of a question."""

    __slots__ = ("_forms", "_han", "length", "text")

    def __init__(self, text: str) -> None:
        self.text = plain_text(text)
        self._forms: dict[str, list[int]] = {}
        self._han = bool(_HAN.search(self.text))
        self.length = 0
        for found in _WORD.finditer(self.text):
            word = found.group()
            if _HAN.match(word):
                self.length += (len(word) + 1) // _HAN_PER_WORD
            else:
                self._forms.setdefault(form_of(word), []).append(self.length)
                self.length += 1

    def find(self, form: str) -> Found:
        if _HAN.match(form):
            return self._find_han(form)
        places = self._forms.get(form)
        if places is not None:
            return Found(EXACT, tuple(places))
        if form[:1].isdigit() or len(form) < _LEAST_BEGINNING:
            return _NOT_FOUND
        for other, where in self._forms.items():
            if other[0] == form[0] and _alike(other, form):
                return Found(_ALIKE, tuple(where))
        return _NOT_FOUND

    def _find_han(self, form: str) -> Found:
        if not self._han:
            return _NOT_FOUND
        places, at = [], self.text.find(form)
        while at >= 0:
            places.append(at // _HAN_PER_WORD)
            at = self.text.find(form, at + 1)
        if places:
            return Found(EXACT, tuple(places))
        pairs = [form[at : at + 2] for at in range(len(form) - 1)] if len(form) > 2 else []
        held = [self.text.find(pair) for pair in pairs if pair in self.text]
        return Found(_ALIKE * len(held) / len(pairs), (held[0] // _HAN_PER_WORD,)) if held else _NOT_FOUND


@lru_cache(maxsize=20_000)
def form_of(word: str) -> str:
    """A word that is no Chinese as the index holds it: lower-cased and stemmed; a number without its commas."""
    if word[0].isdigit():
        return word.replace(",", "").rstrip("stndrh")
    found = words_of(word)
    return found[0] if found else word.lower()


def asked_words(question: str, rarity: Mapping[str, float]) -> list[AskedWord]:
    """The content words in order; of a question of nothing else, all its words."""
    text = plain_text(question)
    found: list[tuple[AskedWord, bool]] = []
    place, before = 0, ""
    for match in _WORD.finditer(text):
        run = match.group()
        words: Sequence[str] = rjieba.cut(run) if _HAN.match(run) else (run,)
        for word in words:
            is_han = _HAN.match(word) is not None
            form = word if is_han else form_of(word)
            asked = AskedWord(
                form=form,
                place=place,
                rarity=rarity.get(form if is_han else _indexed(word), 1.0),
                is_name=not is_han and match.start() > 0 and word[:1].isupper(),
                is_number=word[0].isdigit(),
            )
            lowered = word.lower()
            # "How long", "how often": what follows only says in which way it is asked.
            leads = lowered in _LEADING or before == "how"
            found.append((asked, lowered not in FUNCTION_WORDS and not leads))
            before = lowered
            place += max(1, len(word) // _HAN_PER_WORD) if is_han else 1
    return [word for word, is_content in found if is_content] or [word for word, _ in found]


def lines_of(text: str) -> list[Line]:
    """The sentences of a passage; none of an empty one."""
    return [Line(sentence) for sentence in split_sentences(text)]


@lru_cache(maxsize=20_000)
def _indexed(word: str) -> str:
    found = words_of(word)
    return found[0] if found else word


def _alike(one: str, other: str) -> bool:
    """Whether two words that begin alike share most letters there, or differ by one letter in one place."""
    longer = max(len(one), len(other))
    head = _shared(one, other)
    if head >= _LEAST_BEGINNING and head >= _LEAST_SHARE * longer:
        return True
    return longer >= _LEAST_MISSPELT and head + _shared(one[head:][::-1], other[head:][::-1]) >= longer - 1


def _shared(one: str, other: str) -> int:
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))
