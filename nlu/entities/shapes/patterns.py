"""Things recognised by their shape: e-mail, phone, URL, order number, and whatever a tenant's own pattern says."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime

import regex

from nlu.candidate import Candidate
from nlu.errors import EntityDefinitionInvalid
from nlu.language import HAN

logger = logging.getLogger(__name__)

_EMAIL = re.compile(
    # A Chinese character before it is no part of it: 邮箱是me@example.com.
    r"(?<![A-Za-z0-9_\u00c0-\u024f.+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_URL = re.compile(rf"(?<![A-Za-z0-9@])(?:https?://|www\.)[^\s<>\"'，。！？；、）】》{HAN}]{{3,2000}}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w+-])(?:"
    r"(?:(?:\+?86|0086)[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
    r"|0\d{2,3}-\d{7,8}(?:-\d{1,5})?"
    r"|(?:\(0[1-9]\d{1,2}\) ?|0[1-9]\d{1,2}[ -])\d{3,4}[ -]?\d{4}"
    r"|400-?\d{3}-?\d{4}"
    r"|\+\d{1,3}(?:[ -]?\(?\d{1,4}\)?){2,5}"
    r"|(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}"
    r")(?![\w-]|\.\d)",
    re.ASCII,
)
_ORDER = re.compile(
    r"(?<![A-Za-z0-9_.@/-])(?:[A-Za-z]{1,5}-?\d{4,20}|[A-Z]{2,6}(?:-\d{2,12}){2,4}|#\d{3,20})(?![A-Za-z0-9_@-])"
)
_BARE_ORDER = re.compile(
    r"(?:订单号?|单号|编号|order(?:\s+(?:number|no\.?|id))?)(?:\s*(?:是|为|is))?\s*[:#]?\s*(?P<number>\d{4,20})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
# Shaped like an identity number: with a wrong check digit it is a slip, and no order either.
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_LIKE_IDENTITY = rf"{_PROVINCE}\d{{4}}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{4}}"
_LONG_NUMBER = re.compile(rf"(?<![\w.,/-])(?!{_LIKE_IDENTITY}(?!\d))\d{{8,20}}(?![\w/-]|[.,]\d)", re.ASCII)

_MAX_PATTERN = 500
_MAX_MATCHES = 50
_SECONDS = 0.02


def shape_rule(kind: str, text: str, name: str, priority: int) -> Iterator[Candidate]:
    """`kind` is one of `SHAPES`."""
    for pattern, value, rank in SHAPES[kind]:
        for match in pattern.finditer(text):
            start, end = match.span("number" if "number" in pattern.groupindex else 0)
            written = text[start:end]
            trimmed = _address(written) if pattern is _URL else written
            yield Candidate(name, value(trimmed), start, start + len(trimmed), "pattern", priority + rank)


def _address(written: str) -> str:
    """Without what the sentence puts behind it; a bracket that was opened in the address is part of it."""
    trimmed = written.rstrip(".,;:!?)")
    while trimmed.count("(") > trimmed.count(")") and written[len(trimmed) : len(trimmed) + 1] == ")":
        trimmed += ")"
    return trimmed


def _digits(written: str) -> str:
    return ("+" if written.startswith("+") else "") + "".join(c for c in written if c.isdigit())


def _order(written: str) -> str:
    return written.lstrip("#").upper()


_Rule = tuple[re.Pattern[str], Callable[[str], str], int]
SHAPES: dict[str, tuple[_Rule, ...]] = {
    "email": ((_EMAIL, str.lower, 2),),
    "url": ((_URL, str, 1),),
    "phone": ((_PHONE, _digits, 1),),
    # A long number alone may be one, but a phone number or a date of that length is more likely to be that.
    "order_id": ((_ORDER, _order, 1), (_BARE_ORDER, _order, 1), (_LONG_NUMBER, _order, -5)),
}


class PatternRecogniser:
    """A tenant's regular expression. Its first group, if it has one, is the value; else all it matched.

    It runs under a time limit: a pattern that blows up finds nothing and says so in the log.
    """

    def __init__(self, name: str, pattern: str, *, priority: int) -> None:
        if len(pattern) > _MAX_PATTERN:
            raise EntityDefinitionInvalid(
                name,
                f"the pattern is longer than {_MAX_PATTERN} characters",
                f"正则表达式超过 {_MAX_PATTERN} 个字符",
            )
        try:
            self._pattern = regex.compile(pattern, regex.IGNORECASE | regex.VERSION0)
        except (regex.error, ValueError, OverflowError, RecursionError) as error:
            raise EntityDefinitionInvalid(
                name, f"the pattern cannot be read: {error}", f"无法读取该正则表达式：{error}"
            ) from error
        self._name = name
        self._priority = priority

    def times_out(self, text: str) -> bool:
        """Whether the pattern needs more than its time on this text."""
        try:
            for _ in self._pattern.finditer(text, timeout=_SECONDS):
                pass
        except TimeoutError:
            return True
        return False

    def find(self, text: str, *, now: datetime, language: str) -> Iterator[Candidate]:  # noqa: ARG002
        """See `Recogniser`."""
        found: list[Candidate] = []
        try:
            for match in self._pattern.finditer(text, timeout=_SECONDS):
                group = 1 if self._pattern.groups and match.group(1) is not None else 0
                start, end = match.span(group)
                if end > start:
                    found.append(Candidate(self._name, text[start:end], start, end, "pattern", self._priority))
                if len(found) >= _MAX_MATCHES:
                    break
        except TimeoutError:
            logger.warning("entity pattern timed out", extra={"entity": self._name})
        return iter(found)
