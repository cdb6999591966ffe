"""A SentencePiece unigram model (`sp.model`, a protocol buffer) as a tokenizer of the `tokenizers` library."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import Precompiled, Replace, Sequence, Strip
from tokenizers.pre_tokenizers import Metaspace

# Fields of ModelProto, SentencePiece and NormalizerSpec in sentencepiece_model.proto, and wire types of the encoding.
_PIECES, _NORMALIZER = 1, 3
_TEXT, _SCORE, _KIND = 1, 2, 3
_CHARACTER_MAP = 2
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_NORMAL, _UNKNOWN = 1, 2  # kinds of pieces; the others never stand in a text
_NEVER = -1e4  # a score with which no piece is chosen


def read_tokenizer(path: Path) -> Tokenizer:
    """Pieces keep their ids; no beginning or end is marked. Raises OSError or ValueError for what is no such model."""
    pieces: list[tuple[str, float]] = []
    unknown, characters = 0, b""
    for field, value in _fields(memoryview(path.read_bytes())):
        if field == _PIECES and isinstance(value, memoryview):
            text, score, kind = _piece(value)
            if kind == _UNKNOWN:
                unknown = len(pieces)
            pieces.append((text, score if kind in (_NORMAL, _UNKNOWN) else _NEVER))
        elif field == _NORMALIZER and isinstance(value, memoryview):
            characters = bytes(dict(_fields(value)).get(_CHARACTER_MAP, b""))
    if not pieces or not characters:
        raise ValueError(f"{path.name} is no SentencePiece model")
    tokenizer = Tokenizer(Unigram(pieces, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = Sequence([Precompiled(characters), Replace(Regex(" {2,}"), " "), Strip()])
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always", split=False)
    return tokenizer


def _piece(encoded: memoryview) -> tuple[str, float, int]:
    text, score, kind = "", 0.0, _NORMAL
    for field, value in _fields(encoded):
        if field == _TEXT and isinstance(value, memoryview):
            text = bytes(value).decode("utf-8")
        elif field == _SCORE and isinstance(value, memoryview):
            (score,) = struct.unpack("<f", value)
        elif field == _KIND and isinstance(value, int):
            kind = value
    return text, score, kind


def _fields(encoded: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """(number, value) of a message: an int where it is a varint, bytes otherwise."""
    at = 0
    while at < len(encoded):
        tag, at = _varint(encoded, at)
        wire = tag & 7
        if wire == _VARINT:
            number, at = _varint(encoded, at)
            yield tag >> 3, number
            continue
        if wire == _BYTES:
            length, at = _varint(encoded, at)
        elif wire in (_EIGHT_BYTES, _FOUR_BYTES):
            length = 8 if wire == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"wire type {wire} in a SentencePiece model")
        if at + length > len(encoded):
            raise ValueError("a SentencePiece model that breaks off")
        yield tag >> 3, encoded[at : at + length]
        at += length


def _varint(encoded: memoryview, at: int) -> tuple[int, int]:
    number, shift = 0, 0
    while at < len(encoded):
        byte = encoded[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
    raise ValueError("a SentencePiece model that breaks off")
