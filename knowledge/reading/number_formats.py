"""Numbers of a spreadsheet as its formats show them: dates, percentages, currencies and units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.reading.markup import Element, attribute, child, children, descendants

_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_BUILT_IN = {"9": "0%", "10": "0.00%"}
_DATE_CODE = re.compile(r"[ymdhs]", re.IGNORECASE)
_NO_CODE = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.|_.|\*.")
# What a format shows as it stands: quoted or escaped text, a currency with its locale, a plain sign of one.
_LITERAL = re.compile(r"\"([^\"]*)\"|\[\$([^\]-]*)[^\]]*\]|\\(.)|([$€£¥￥])")
_DIGITS = re.compile(r"[0#?](?:[0#?,]*[0#?])?(?:\.([0#?]+))?")
_SKIPPED = re.compile(r"\[(?!\$)[^\]]*\]|_.|\*.")  # colours, conditions, widths
_EPOCH = datetime(1899, 12, 30)  # a spreadsheet's dates belong to no time zone
_EPOCH_1904 = datetime(1904, 1, 1)
_MAX_SERIAL = 2_958_466  # the year 9999
_MOST_DECIMALS = 10


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers of one cell style are shown. `decimals` of None: as many as there are."""

    is_date: bool = False
    is_percentage: bool = False
    before: str = ""
    after: str = ""
    decimals: int | None = None

    @classmethod
    def of(cls, code: str) -> NumberFormat:
        """Read from a format code; what it says of negative numbers and zero is left out."""
        bare = _NO_CODE.sub("", code)
        if _DATE_CODE.search(bare):
            return cls(is_date=True)
        section = _SKIPPED.sub("", code.split(";")[0])
        digits = _DIGITS.search(_LITERAL.sub(lambda literal: "\0" * len(literal.group()), section))
        if digits is None:
            return cls()
        before, after = _literals(section[: digits.start()]), _literals(section[digits.end() :])
        if "%" in bare:
            return cls(is_percentage=True)
        decimals = min(len(digits.group(1) or ""), _MOST_DECIMALS) if before.strip() or after.strip() else None
        return cls(before=before, after=after, decimals=decimals)

    def shown(self, value: str, *, since_1904: bool = False) -> str:
        """`value` as it is stored; what is no number stays."""
        try:
            number = float(value)
        except ValueError:
            return value
        if self.is_date and 0 < number < _MAX_SERIAL:
            return _moment(number, since_1904=since_1904)
        if self.is_percentage:
            return f"{number * 100:.12g}%"
        if self.decimals is None or not abs(number) < 1e15:
            return f"{self.before}{number:.15g}{self.after}"  # what is stored may be 0.30000000000000004
        sign = "-" if number < 0 else ""
        return f"{sign}{self.before}{abs(number):.{self.decimals}f}{self.after}"


def number_formats(styles: Element) -> Sequence[NumberFormat]:
    """The formats of the cell styles, in their order."""
    own = {attribute(one, "numFmtId"): attribute(one, "formatCode") or "" for one in descendants(styles, "numFmt")}
    found: list[NumberFormat] = []
    for style in children(child(styles, "cellXfs"), "xf"):
        number = attribute(style, "numFmtId") or "0"
        code = own.get(number, _BUILT_IN.get(number))
        if code is not None:
            found.append(NumberFormat.of(code))
        else:
            found.append(NumberFormat(is_date=number.isdigit() and int(number) in _DATE_FORMATS))
    return found


def _literals(part: str) -> str:
    """The text of a format before or after its digits."""
    done: list[str] = []
    at = 0
    for literal in _LITERAL.finditer(part):
        done.append(" " if " " in part[at : literal.start()] else "")
        done.append(next(text for text in literal.groups() if text is not None))
        at = literal.end()
    done.append(" " if " " in part[at:] else "")
    return "".join(done)


def _moment(number: float, *, since_1904: bool) -> str:
    moment = (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(days=number)
    moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    if number < 1:
        return moment.strftime("%H:%M")
    return moment.strftime("%Y-%m-%d" if number == int(number) else "%Y-%m-%d %H:%M")
