"""The language a text is written in."""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z]+)*")
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+|[!-~]+@[!-~]+")  # of no language
_SAMPLE = 4000  # characters; a long text shows its language early
_HAN_PER_WORD = 1.6  # Han characters that say as much as one English word


def detect_language(text: str) -> str:
    """Whichever says more, "zh" or "en". Chinese with English product names stays Chinese; no letters is "en"."""
    sample = _ADDRESS.sub(" ", text[:_SAMPLE])
    han = len(_HAN.findall(sample)) / _HAN_PER_WORD
    if not han:
        return "en"
    # A Chinese sentence carries Latin names and codes far more often than an English one carries Chinese.
    return "zh" if han >= 0.5 * len(_LATIN_WORD.findall(sample)) else "en"
