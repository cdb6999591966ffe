"""A SentencePiece unigram model (`sp.model`, a protocol buffer) as a tokenizer of the `tokenizers` library."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]  # it ships no types
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from google.protobuf.unknown_fields import UnknownFieldSet  # type: ignore[import-untyped]
from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import Precompiled, Replace, Sequence, Strip
from tokenizers.pre_tokenizers import Metaspace

# Fields of ModelProto, SentencePiece and NormalizerSpec in sentencepiece_model.proto.
_PIECES, _NORMALIZER = 1, 3
_TEXT, _SCORE, _KIND = 1, 2, 3
_CHARACTER_MAP = 2
_NORMAL, _UNKNOWN = 1, 2  # kinds of pieces; the others never stand in a text
_NEVER = -1e4  # a score with which no piece is chosen


def read_tokenizer(path: Path) -> Tokenizer:
    """Pieces keep their ids; no beginning or end is marked. Raises OSError or ValueError for what is no such model."""
    pieces: list[tuple[str, float]] = []
    unknown, characters = 0, b""
    try:
        for field, value in _fields(path.read_bytes()):
            if field == _PIECES:
                piece = dict(_fields(value))
                kind = piece.get(_KIND, _NORMAL)
                if kind == _UNKNOWN:
                    unknown = len(pieces)
                score = struct.unpack("<f", struct.pack("<I", piece.get(_SCORE, 0)))[0]
                pieces.append((piece[_TEXT].decode(), score if kind in (_NORMAL, _UNKNOWN) else _NEVER))
            elif field == _NORMALIZER:
                characters = dict(_fields(value)).get(_CHARACTER_MAP, b"")
    except (DecodeError, KeyError, TypeError, AttributeError, struct.error):
        pieces = []
    if not pieces or not characters:
        raise ValueError(f"{path.name} is no SentencePiece model")
    tokenizer = Tokenizer(Unigram(pieces, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = Sequence([Precompiled(characters), Replace(Regex(" {2,}"), " "), Strip()])
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always", split=False)
    return tokenizer


def _fields(encoded: bytes) -> Iterator[tuple[int, Any]]:
    """(number, value) of a message, as the encoding has them: to one without fields, all are unknown."""
    return ((field.field_number, field.data) for field in UnknownFieldSet(Empty.FromString(encoded)))
