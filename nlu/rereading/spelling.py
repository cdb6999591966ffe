"""English words that a bot was never taught, read as the one next to them that it was: "tomorow" as "tomorrow"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.intents.ngrams import NgramVocabulary

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEAST_LETTERS, _MOST_LETTERS = 4, 16
_MOST_WORDS = 4  # a message with more of them is about something else
_WORD = re.compile(r"(?<![\w'@./-])[A-Za-z]+(?![\w'@/-])")


def corrected(text: str, vocabulary: NgramVocabulary) -> str | None:
    """The text with its misspelt words replaced; None where there is none.

    A word of four letters or more that no example holds, one step away from one that they do (a letter swapped, left
    out, doubled or wrong); of several the one that the examples hold most often. Other endings are no mistakes.
    """
    long = [match for match in _WORD.finditer(text) if _LEAST_LETTERS <= len(match.group()) <= _MOST_LETTERS]
    known = vocabulary.known_words([match.group().lower() for match in long])
    unknown = [match for match in long if match.group().lower() not in known]
    if not 0 < len(unknown) <= _MOST_WORDS:
        return None
    parts, end = [], 0
    for match in unknown:
        meant = _meant(match.group().lower(), vocabulary)
        if meant is not None:
            parts += [text[end : match.start()], meant]
            end = match.end()
    return "".join([*parts, text[end:]]) if parts else None


def _meant(word: str, vocabulary: NgramVocabulary) -> str | None:
    near = {other for other in _one_step_away(word) if len(other) >= _LEAST_LETTERS and not _same_stem(word, other)}
    found = [(idf, other) for other, idf in vocabulary.known_words(list(near)).items()]
    return min(found)[1] if found else None


def _same_stem(word: str, other: str) -> bool:
    """They differ in their last letter alone, or one has a letter more at its end: card, cards; made, make."""
    shorter = min(len(word), len(other))
    return word[:shorter] == other[:shorter] if len(word) != len(other) else word[:-1] == other[:-1]


def _one_step_away(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        for letter in _LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
