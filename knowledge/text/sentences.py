"""Sentences of Chinese and English text."""

from __future__ import annotations

import re

from knowledge.text.han import HAN

_CLOSERS = "”’」』）)】》\\]\"'〉"
_END = re.compile(
    rf"[。！？；…]+[{_CLOSERS}]*"  # Chinese marks end a sentence wherever they stand
    rf"|[!?]+[{_CLOSERS}]*(?=\s|$|[{HAN}“「『])"
    rf"|\.+[{_CLOSERS}]*(?=\s|$)"
    r"|\n+"
)
_WORD_BEFORE = re.compile(r"[^\s(（\[“\"']*$")
_ABBREVIATIONS = frozenset((
    "mr", "mrs", "ms", "mx", "dr", "prof", "st", "sr", "jr", "no", "nos", "fig", "figs", "vs", "eq", "sec", "ch",
    "vol", "pp", "p", "ed", "eds", "approx", "dept", "est", "art", "cf", "al", "ca", "viz", "e.g", "i.e", "jan",
    "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri",
    "sat", "sun", "gen", "col", "sgt", "capt", "lt", "rev", "hon", "messrs",
))  # fmt: skip
# These may end a sentence as well: what follows decides.
_MAYBE_LAST = frozenset((
    "etc", "inc", "ltd", "co", "corp", "llc", "u.s", "u.k", "u.n", "a.m", "p.m", "ph.d", "e.u", "d.c",
))  # fmt: skip
_FOLLOWS = frozenset((
    "the", "a", "an", "this", "that", "these", "those", "it", "he", "she", "they", "we", "you", "i", "in", "on",
    "at", "for", "if", "when", "all", "each", "please",
))  # fmt: skip
_MAX_LABEL = 8  # characters before a dot at a line's start that can number it: "12.", "1.2.3.", "iv."
_LABEL = re.compile(r"(?:\(?\d{1,3}(?:\.\d{1,3})*|\(?[a-zA-Z]|[ivxIVX]{1,5})$")


def split_sentences(text: str) -> list[str]:
    """The sentences of `text` in order, stripped; a line break always ends one. Joined, they hold all of its words."""
    return [text[start:end] for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends, white space outside."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _END.finditer(text):
        if found.group()[0] == "." and not _ends_sentence(text, start, found):
            continue
        _append(spans, text, start, found.end())
        start = found.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def _ends_sentence(text: str, start: int, dot: re.Match[str]) -> bool:
    """Whether a dot before white space ends its sentence: not after an abbreviation, an initial or an item's number."""
    following = text[dot.end() : dot.end() + 40].split(maxsplit=1)
    head = following[0] if following else ""
    if head[:1].islower():
        return False
    sentence = text[max(start, dot.start() - 40) : dot.start()]
    before = _WORD_BEFORE.search(sentence)
    word = before.group() if before else ""
    lowered = word.lower()
    if lowered in _ABBREVIATIONS:
        return False
    if lowered in _MAYBE_LAST:
        return not head or head.lower().strip(",.") in _FOLLOWS
    if len(word) == 1 and word.isupper() and word.isascii():
        return False  # the initial of a name
    label = text[start : dot.start()].strip()
    return not (len(label) <= _MAX_LABEL and _LABEL.fullmatch(label))
