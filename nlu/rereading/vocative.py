"""Whom a message addresses: "Thank you, Nick!" means what "Thank you!" means."""

from __future__ import annotations

import re

from nlu.language import HAN

_TITLE = r"(?:(?i:mr|mrs|ms|miss|dr|prof|sir|madam)\.?\s+)?"
_LATIN = rf"{_TITLE}[A-Z][a-z'\-]+(?:\s+[A-Z][a-z'\-]+)?|(?i:dear )?(?i:sir|madam|friend|all|team)"
_ROLE = "先生|女士|小姐|老师|经理|主任|医生|师傅|客服|同学|总|工|哥|姐|叔|阿姨"
_CHINESE = rf"[小老阿][{HAN}]{{1,2}}|[{HAN}]{{1,2}}(?:{_ROLE})|亲爱的|亲|{_ROLE}"
_MARKS = r"[\s!！.。~～?？]*"
_MOST_CHARACTERS = 80
_AT_END = re.compile(rf"^(.*[^\s,，])\s*[,，]\s*(?:{_LATIN}|{_CHINESE}){_MARKS}$")
_AT_START = re.compile(rf"^(?:{_LATIN}|{_CHINESE})\s*[,，]\s*([^\s,，].*)$")


def without_vocative(text: str) -> str | None:
    """The rest of a short message that calls somebody by name behind or before a comma; None for any other."""
    if len(text) > _MOST_CHARACTERS or ("," not in text and "，" not in text):
        return None
    found = _AT_END.match(text) or _AT_START.match(text)
    return found.group(1).strip() if found else None
