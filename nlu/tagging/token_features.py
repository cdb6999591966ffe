"""What a tagger looks at: the words, characters, shapes and known values around each token of a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt
import rjieba

from nlu.language import HAN, is_chinese

Features = dict[str, float]  # a feature's name to its weight
Places = Sequence[tuple[int, int]]  # (start, end) of each token

_TOKEN = re.compile(rf"[{HAN}]|\d+|[^\W\d_{HAN}]+|[^\w\s]|_")


def tokenise(text: str) -> list[tuple[int, int]]:
    """(start, end) of each token."""
    return [match.span() for match in _TOKEN.finditer(text)]


def _hash(*parts: object) -> str:
    """Features are told apart by a short digest: the model holds no sentence of those it was taught."""
    return str(crc32("\x1f".join(map(str, parts)).encode("utf-8", "replace")))


def _shape(token: str) -> str:
    if token.isdigit():
        return f"0{min(len(token), 4)}"
    return "A" if token.isupper() else "Aa" if token[:1].isupper() else "a" if token.isalpha() else token


def lowered(text: str, places: Places) -> list[str]:
    """The tokens as a lexicon knows them."""
    return [text[start:end].lower() for start, end in places]


def token_features(text: str, places: Places, known: Sequence[Sequence[str]]) -> list[Features]:
    """For each token: words around it, affixes, shape, its marks of `known` values, and the words of the sentence."""
    tokens = lowered(text, places)
    shapes = [_shape(text[start:end]) for start, end in places]
    padded = ["<<", "<", *tokens, ">", ">>"]
    words, said = _words(text, places)
    # What a sentence is about decides between slots of like values, however far off the telling word stands.
    sentence = [_hash("bag", word) for word in sorted({word.lower() for word in said if word.strip()})[:_MOST_WORDS]]
    rows = []
    for at, token in enumerate(tokens):
        b2, b1, _, a1, a2 = padded[at : at + 5]
        parts = [
            _hash("bias"),
            _hash("w", token),
            _hash("w-1", b1),
            _hash("w-2", b2),
            _hash("w+1", a1),
            _hash("w+2", a2),
            _hash("w-1w", b1, token),
            _hash("ww+1", token, a1),
            _hash("w-2w-1", b2, b1),
            _hash("w+1w+2", a1, a2),
            _hash("w-1w+1", b1, a1),
            _hash("w-2w-1w", b2, b1, token),
            _hash("ww+1w+2", token, a1, a2),
            _hash("w-1ww+1", b1, token, a1),
            _hash("s", shapes[at]),
            _hash("ss", shapes[at - 1] if at else "", shapes[at]),
            _hash("first", at == 0),
            *(_hash("w-n", word) for word in tokens[max(0, at - 6) : max(0, at - 2)]),
            *(_hash("w+n", word) for word in tokens[at + 3 : at + 7]),
            *(_hash(part, *values) for part, *values in words[at]),
            *(_hash("lex", mark) for mark in known[at]),
            *(_hash("lex-w", mark, b1) for mark in known[at]),
        ]
        if len(token) > 2:
            parts += [_hash("pre", token[:3]), _hash("suf", token[-3:]), _hash("suf2", token[-2:])]
        rows.append(dict.fromkeys([*parts, *sentence], 1.0))
    return rows


def with_chances(
    features: Sequence[Features], chances: npt.NDArray[np.float32], names: Sequence[str]
) -> list[Features]:
    """Adds what a probe thinks of each token and its neighbours: the likeliest tags, weighted by their chances."""
    best = np.argsort(-chances, axis=1)[:, :_LIKELIEST]
    likely = [
        [(names[tag], round(float(row[tag]), 3)) for tag in order if row[tag] > _LEAST_CHANCE]
        for row, order in zip(chances, best, strict=True)
    ]
    richer = []
    for at, own in enumerate(features):
        row = dict(own)
        for side in (-1, 0, 1):
            if 0 <= at + side < len(likely):
                row.update({f"{side}{name}": chance for name, chance in likely[at + side]})
        richer.append(row)
    return richer


_LIKELIEST = 3
_LEAST_CHANCE = 0.03
_MOST_WORDS = 60


def _words(text: str, places: Sequence[tuple[int, int]]) -> tuple[list[list[tuple[str, ...]]], list[str]]:
    """Of Chinese text, the dictionary word that each token is part of, its place in it, and the words beside it.

    With them the words of the text, whatever its language.
    """
    if not is_chinese(text):
        return [[] for _ in places], [text[start:end] for start, end in places]
    words = [word for word in rjieba.cut(text) if word]
    owner = [number for number, word in enumerate(words) for _ in word]
    begins = [number == 0 or owner[number - 1] != owner[number] for number in range(len(owner))]
    padded = ["<", *words, ">"]
    found = []
    for start, end in places:
        number = owner[start]
        side = ("B" if begins[start] else "I") + ("E" if end == len(owner) or begins[end] else "")
        before, word, after = padded[number : number + 3]
        found.append([("cw", word, side), ("cw-1", before, side), ("cw+1", after, side), ("side", side)])
    return found, words
