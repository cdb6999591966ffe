"""Chinese words that a bot was never taught, read as the taught ones of the same sound: 定单 as 订单."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

import rjieba

from nlu.intents.ngrams import NgramVocabulary
from nlu.language import HAN
from nlu.sounds import sounding_like

_CHINESE = re.compile(f"[{HAN}]{{2,}}")
_MOST_CHARACTERS = 60  # of a message


def sounding_right(text: str, vocabulary: NgramVocabulary) -> str | None:
    """The text with its words of the wrong characters replaced; None where there is none.

    Two characters that stand side by side in no example, and sound like a word of two that does: of several words the
    one that changes least, then the one that the examples hold most often. A character of another word is no mistake.
    """
    read = text[:_MOST_CHARACTERS]
    places = [at for run in _CHINESE.finditer(read) for at in range(run.start(), run.end() - 1)]
    held = vocabulary.known_words([f"{read[at]} {read[at + 1]}" for at in places])
    unknown = [at for at in places if f"{read[at]} {read[at + 1]}" not in held]
    if not unknown:
        return None
    alike = _known_alike({character for at in unknown for character in read[at : at + 2]}, vocabulary)
    found = sorted(
        (sum(a != b for a, b in zip(word, read[at : at + 2], strict=True)), idf, at, word)
        for at in unknown
        for word, idf in _words(alike[read[at]], alike[read[at + 1]], vocabulary)
    )
    if not found:
        return None
    words = list(_long_words(read))
    characters, taken = list(text), set[int]()
    for _, _, at, word in found:
        changed = {place for place, character in zip((at, at + 1), word, strict=True) if read[place] != character}
        if taken.isdisjoint((at, at + 1)) and not any(_reaches_out(each, at, changed) for each in words):
            characters[at : at + 2] = word
            taken |= {at, at + 1}
    return "".join(characters) if taken else None


def _known_alike(characters: set[str], vocabulary: NgramVocabulary) -> dict[str, list[str]]:
    """For each character the taught ones of its sound."""
    alike: dict[str, Sequence[str]] = {character: sounding_like(character) for character in characters}
    known = vocabulary.known_words(sorted({other for others in alike.values() for other in others}))
    return {character: [other for other in others if other in known] for character, others in alike.items()}


def _words(firsts: Sequence[str], seconds: Sequence[str], vocabulary: NgramVocabulary) -> Iterator[tuple[str, float]]:
    """Taught words of two characters, and how rare they are among the examples."""
    pairs = vocabulary.known_words([f"{first} {second}" for first in firsts for second in seconds])
    for pair, idf in pairs.items():
        word = pair.replace(" ", "")
        if rjieba.has_word(word):
            yield word, idf


def _long_words(text: str) -> Iterator[range]:
    """Places of the dictionary's words of two characters and more."""
    at = 0
    for word in rjieba.cut(text):
        if len(word) > 1 and rjieba.has_word(word):
            yield range(at, at + len(word))
        at += len(word)


def _reaches_out(word: range, at: int, changed: Collection[int]) -> bool:
    """Whether a word that loses a character has others outside the pair at this place: 器 of 冷凝器 in 器温."""
    return any(place in word for place in changed) and not (at <= word.start and word.stop <= at + 2)
