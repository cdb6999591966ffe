"""In which language a reply goes out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

LANGUAGES: Final = ("zh", "en")
HAN: Final = "\u3400-\u9fff\uf900-\ufaff"  # Chinese characters, as they stand inside the [ ] of a pattern
_CHINESE = re.compile(f"[{HAN}]")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_CODE = re.compile(r"\S*\d\S*")  # A10023, 2026-11-20, https://a.b/1
_EITHER = frozenset({"ok", "okay", "yes", "no", "hi", "hello", "bye", "vip", "app", "pdf"})  # said in any talk


def reply_language(text: str, detected: str, spans: Iterable[tuple[int, int]], *, current: str, default: str) -> str:
    """The language of the message, or of the talk so far (`current`) when the message has none of its own.

    A bare order number, "ABC" or "Beijing" in a Chinese talk does not turn it English; `spans` are the entities in the
    text.
    """
    if _CHINESE.search(text):
        return detected if detected in LANGUAGES else "zh"
    kept = list(text)
    for start, end in spans:
        kept[start:end] = " " * (min(end, len(kept)) - start)
    words: list[str] = _WORD.findall(_CODE.sub(" ", "".join(kept)))
    is_code = len(words) == 1 and words[0].isupper()
    telling = not is_code and any(word.lower() not in _EITHER for word in words)
    if current in LANGUAGES and not telling:
        return current
    return detected if detected in LANGUAGES else (current or default)
