"""Encoders for tests whose subject is not the quality of vectors: no weights, the same in every process."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

_TOKEN = re.compile(r"[\u4e00-\u9fff]|\w+")


class HashingEncoder:
    """Adds up one fixed direction a word: texts that share words are near each other. One space a language."""

    def __init__(self, space: str = "hashing", *, dimension: int = 48) -> None:
        self._space = space
        self._dimension = dimension
        self.calls = 0

    def space(self, language: str) -> str:
        return f"{self._space}-{language}"

    def encode(self, texts: Sequence[str], *, language: str) -> npt.NDArray[np.float32]:
        self.calls += 1
        return np.stack([self._vector(self._meaning(text, language)) for text in texts])

    def _meaning(self, text: str, language: str) -> list[str]:
        return [f"{language}:{token}" for token in _TOKEN.findall(text.lower())]

    def _vector(self, words: Sequence[str]) -> npt.NDArray[np.float32]:
        vector = np.full(self._dimension, 1e-3, np.float32)
        for word in words:
            vector += np.random.default_rng(crc32(word.encode("utf-8", "replace"))).standard_normal(self._dimension)
        return (vector / np.linalg.norm(vector)).astype(np.float32)


class DictionaryEncoder(HashingEncoder):
    """A shared space for a few words of both languages: the words of one row point in one direction."""

    ROWS = (
        ("天气", "weather"), ("下雨", "rain"), ("订单", "order"), ("包裹", "parcel"), ("再见", "goodbye"),
        ("在哪", "where"), ("明天", "tomorrow"), ("怎么样", "how"),
    )  # fmt: skip

    def space(self, language: str) -> str:
        return self._space

    def _meaning(self, text: str, language: str) -> list[str]:
        lowered = text.lower()
        known = [chinese for chinese, english in self.ROWS if chinese in lowered or english in lowered]
        return known or super()._meaning(text, language)


class TokenHashingEncoder(HashingEncoder):
    """Shows a state for each token, too: a direction for the token and a part of one for the kind it belongs to."""

    KINDS = ("肉鸭饺包鱼虾鸡面粥饼菜豆汤羹糕蛋", "时机建地信价理办计方答步规原目结")

    def token_states(
        self, texts: Sequence[str], *, language: str
    ) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]] | None:
        return [self._states(text, language) for text in texts]

    def _states(self, text: str, language: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        matches = list(_TOKEN.finditer(text.lower()))
        kinds = {character: f"kind {k}" for k, characters in enumerate(self.KINDS) for character in characters}
        rows = [self._vector([kinds.get(match.group(), f"{language}:{match.group()}")]) for match in matches]
        places = np.array([match.span() for match in matches], np.int64).reshape(-1, 2)
        return places, np.stack(rows) if rows else np.zeros((0, self._dimension), np.float32)
