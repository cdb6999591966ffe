"""The part of a day that is named beside it: the 晚上 of 明天晚上, "in the morning" after "Nov 3"."""

from __future__ import annotations

import re

_AFTER = re.compile(
    r"(?:的|\s)?(?:凌晨|清晨|清早|大清早|一大早|一早|早上|早晨|上午|下午(?!茶)|午后|傍晚"
    r"|晚上|晚间|夜里|夜间|夜晚|深夜|半夜|白天|全天|[早晚](?=$|[\s,.!?的有]))"
    r"|\s+(?:in\s+the\s+|at\s+)?(?:(?:early|late)\s+)?(?:morning|afternoon|evening|night)(?![A-Za-z])",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?<![A-Za-z])(?:the\s+)?(?:(?:early|late)\s+)?(?:morning|afternoon|evening|night)\s+of\s+$", re.IGNORECASE
)
_LOOK_BACK = 32
_EVENING = re.compile(r"(?:晚|晚上|晚间|夜|夜里|夜晚|深夜|半夜|傍晚)$|night$|evening$", re.IGNORECASE)
_AFTERNOON = re.compile(r"(?:下午|午后)$|afternoon$", re.IGNORECASE)
_MORNING = re.compile(r"(?:早|一早|早上|早晨|清晨|清早|上午|凌晨|晨)$|morning$", re.IGNORECASE)


def with_day_part(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a day together with the part of it that is named behind or, "the morning of Nov 3", before it."""
    after = _AFTER.match(text, end)
    if after:
        return start, after.end()
    before = _BEFORE.search(text[max(0, start - _LOOK_BACK) : start])
    return (start - len(before.group()), end) if before else (start, end)


def minute_in_part(words: str, minute: int) -> int | None:
    """What a minute that may be of either half of the day is on a day whose words end in a part of it, else None.

    明天晚上 and 8 o'clock are 20:00, 2 o'clock is after midnight (1440 and more); beside "Friday morning" 3 is 3:00.
    """
    hour = minute // 60
    if _MORNING.search(words):
        return minute - 720 if 12 < hour <= 18 else minute
    if _EVENING.search(words):
        return minute + 720 if 5 <= hour <= 16 else minute
    if _AFTERNOON.search(words):
        return minute + 720 if hour < 12 else minute
    return None
