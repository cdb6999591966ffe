"""How many tokens a text takes, estimated without a model."""

from __future__ import annotations

import re
from functools import lru_cache

_PIECE = re.compile(
    r"(?P<wide>[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff])|(?P<latin>[A-Za-z\u00c0-\u024f]+)"
    r"|(?P<digits>\d+)|(?P<other>[^\W\d_]+)|\S"
)
_WHOLE_WORD = 8  # letters that a vocabulary of 30,000 pieces mostly holds in one


@lru_cache(maxsize=2048)
def estimate_tokens(text: str) -> int:
    """Word pieces that a BERT-like tokeniser makes of `text`: one a Chinese character, about 1.3 an English word."""
    count = 0.0
    for piece in _PIECE.finditer(text):
        kind = piece.lastgroup
        length = piece.end() - piece.start()
        if kind == "latin":
            count += 1.1 + max(0, length - _WHOLE_WORD) / 4
        elif kind == "digits":
            count += 1 + (length - 1) / 3
        elif kind == "other":
            count += max(1.0, 0.6 * length)
        else:
            count += 1
    return round(count + 0.49)
