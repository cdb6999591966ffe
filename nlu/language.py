"""The languages that are understood, and which of them a text is written in."""

from __future__ import annotations

import re
from typing import Final, Literal

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[str, ...]] = ("zh", "en")
# Chinese characters, as they stand inside the [ ] of a pattern.
HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"

_HAN = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’\-][A-Za-z]+)*")
_ENGLISH_GRAMMAR = re.compile(
    r"\b(?:an?|the|is|are|was|were|do|does|did|can|could|will|would|should|what|when|where|who|why|how|which|in|on|at|to|"
    r"for|of|from|with|and|or|my|your|i|me|you|we|it|this|that|there|please)\b",
    re.IGNORECASE | re.ASCII,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+|[!-~]+@[!-~]+")  # of no language
_CHINESE_MARKS = re.compile(r"[，。？！、；：「」『』《》【】]")


def is_chinese(text: str) -> bool:
    """Whether any Chinese character stands in the text."""
    return _HAN.search(text) is not None


def detect_language(text: str, *, default: str = "en") -> str:
    """ "zh" or "en"; `default` when the text holds neither Chinese characters nor Latin words (digits, emoji, nothing).

    Of a message, a question of a FAQ and a passage of a document alike, so that one finds the other. Grammar tells more
    than vocabulary: "帮我 reset 一下 password" is Chinese, "Weather in 北京" and "Who is 王芳 in the sales team?" are
    English.
    """
    text = _ADDRESS.sub(" ", text)
    han = len(_HAN.findall(text))
    words = (word for word in _LATIN_WORD.finditer(text) if len(word[0]) > 1 or word[0] in "Iai")
    if han == 0:
        return "en" if any(words) else "zh" if _CHINESE_MARKS.search(text) else default
    weight = sum(1 for _ in words) + len(_ENGLISH_GRAMMAR.findall(text))
    return "zh" if han >= 0.7 * weight else "en"
