"""Amounts of money and percentages: ¥199, 三百块, 3元5角, 20 USD, "twenty dollars", 百分之五."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from nlu.candidate import Candidate
from nlu.entities.figures.number_ranges import first_of_range
from nlu.entities.figures.numerals import CHINESE_NUMERAL, ENGLISH_WORD, chinese_number, english_number, plain
from nlu.entities.spellings import by_spelling
from nlu.language import HAN

# What people write to ISO 4217. ¥ alone is taken for the yuan, $ for the US dollar.
_BEFORE = by_spelling(
    {
        "CNY": "¥|￥|rmb|cny|人民币",
        "USD": "$|us$|usd",
        "HKD": "hk$|hkd",
        "TWD": "nt$",
        "EUR": "€|eur",
        "GBP": "£|gbp",
        "JPY": "jpy",
        "KRW": "₩|krw",
        "INR": "₹|rs|rs.|inr",
    }
)
_AFTER_ZH = by_spelling(
    {
        "CNY": "元|圆|块|块钱|元钱|元人民币|人民币",
        "USD": "美元|美金|美刀|刀",
        "EUR": "欧元",
        "GBP": "英镑",
        "JPY": "日元|日圆|円",
        "HKD": "港币|港元",
        "TWD": "新台币|台币",
        "KRW": "韩元|韩币",
        "RUB": "卢布",
        "THB": "泰铢",
        "AUD": "澳元",
        "CAD": "加元",
        "SGD": "新币",
    }
)
_AFTER_EN = by_spelling(
    {
        "USD": "us dollars?|dollars?|bucks?|usd",
        "EUR": "euros?|eur|€",
        "GBP": "pounds?|quid|gbp|£",
        "CNY": "yuan|rmb|cny|kuai",
        "JPY": "yen|jpy",
        "HKD": "hkd",
        "KRW": "won",
        "INR": "rupees?",
    }
)
_SCALES = {
    "k": 1000,
    "w": 10_000,
    "千": 1000,
    "thousand": 1000,
    "万": 10_000,
    "million": 10**6,
    "m": 10**6,
    "亿": 10**8,
}
_DIGITS = r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?|\d{1,12}(?:\.\d{1,4})?)"
_SCALE = r"(?:\s?(?P<scale>[kKmM千万亿](?![A-Za-z])|thousand|million))?"
_WORDS_ZH = rf"(?P<chinese>[{CHINESE_NUMERAL}]{{1,12}}(?:点[零一二三四五六七八九]{{1,4}})?)"
_WORDS_EN = rf"(?P<english>(?:an?|{ENGLISH_WORD})(?:(?:\s+and\s+|[\s-]+)(?:{ENGLISH_WORD})){{0,8}})"
_NOT_IN_NUMBER = r"(?<![\d.,])"
_UNITS_BEFORE = "|".join(re.escape(unit) for unit in sorted(_BEFORE, key=len, reverse=True))
_PREFIXED = re.compile(
    rf"(?<![A-Za-z])(?P<unit>{_UNITS_BEFORE})\s?{_DIGITS}{_SCALE}"
    rf"(?:\s?(?P<after>元|块钱?))?(?![\d])",
    re.IGNORECASE,
)
# The 20 of $10-20, which has its sign from the first; not that of "$10 - 2 pieces".
_UP_TO = re.compile(
    rf"\s?(?:-|~|到|至|to)\s?(?P<sign>{_UNITS_BEFORE})?\s?{_DIGITS}{_SCALE}(?![.,:/-]?\d|\s?[A-Za-z%天日个年月周])",
    re.IGNORECASE,
)
_TENTHS = rf"(?:(?P<tenths>[\d{CHINESE_NUMERAL[:-8]}])(?:毛|角|(?![\d{CHINESE_NUMERAL}个])))?"
_CHINESE = re.compile(
    rf"{_NOT_IN_NUMBER}(?:{_DIGITS}\s?(?P<scale>[千万亿kKwW])?|{_WORDS_ZH})\s?(?P<many>[多来几])?"
    rf"(?P<unit>{'|'.join(sorted(_AFTER_ZH, key=len, reverse=True))})(?P<half>半)?{_TENTHS}"
)
_SMALL_CHINESE = re.compile(rf"{_NOT_IN_NUMBER}(?P<count>\d|[{CHINESE_NUMERAL}])(?P<unit>毛|角)钱?")
_ENGLISH = re.compile(
    rf"(?<![A-Za-z\d.,])(?:{_DIGITS}{_SCALE}|{_WORDS_EN})\s?-?(?P<unit>{'|'.join(_AFTER_EN)})(?![A-Za-z]|(?<=[€£])\s?\d)",
    re.IGNORECASE,
)
_CENTS = re.compile(rf"(?<![A-Za-z\d.,])(?:{_DIGITS}|{_WORDS_EN})\s+(?P<unit>cents?)(?![A-Za-z])", re.IGNORECASE)
# 三块 may be three pieces of cake; money where nothing that could come in pieces follows.
_MONEY_GOES_ON = re.compile(rf"\s*(?:$|[^{HAN}]|[以左多的吧吗呢啊到至起一每行可够和都就也])")
_PERCENT = re.compile(
    rf"{_NOT_IN_NUMBER}(?:(?P<digits>(?:(?<!%)-)?\d{{1,9}}(?:\.\d{{1,6}})?)\s?(?:%|percent|per\s+cent|个百分点)"
    rf"|百分之(?:(?P<part>\d{{1,9}}(?:\.\d{{1,6}})?)|(?P<chinese>[{CHINESE_NUMERAL}]{{1,8}}(?:点[零一二三四五六七八九]{{1,4}})?))"
    rf"|(?<![A-Za-z]){_WORDS_EN}\s+(?:percent|per\s+cent))(?![A-Za-z])",
    re.IGNORECASE,
)
_DOUBTFUL = ("块", "刀", "元")
_Found = tuple[int, int, Decimal, str]  # start, end, how much, ISO 4217


def amounts(text: str) -> Iterator[_Found]:
    """Every amount of a normalised text, overlapping ones included."""
    for match in _PREFIXED.finditer(text):
        how_much = _number(match)
        if how_much is not None:
            yield *match.span(), how_much, _BEFORE[match.group("unit").lower()]
    for match in _CHINESE.finditer(text):
        how_much, unit = _number(match), match.group("unit")
        if how_much is None or (unit in _DOUBTFUL and not match.group("tenths") and not _is_money(match, text)):
            continue
        if match.group("half"):
            how_much += Decimal("0.5")
        elif match.group("tenths"):
            written = match.group("tenths")
            tenths = Decimal(written) if written.isdecimal() else chinese_number(written)
            how_much += (tenths or Decimal(0)) / 10
        yield *match.span(), how_much, _AFTER_ZH[unit]
    for match in _SMALL_CHINESE.finditer(text):
        written = match.group("count")
        count = Decimal(written) if written.isdecimal() else chinese_number(written)
        if count is not None and (match.group("unit") == "毛" or match.group().endswith("钱")):
            yield *match.span(), count / 10, "CNY"
    for match in _ENGLISH.finditer(text):
        how_much = _number(match)
        if how_much is not None:
            unit = next(iso for words, iso in _AFTER_EN.items() if re.fullmatch(words, match.group("unit").lower()))
            yield *match.span(), how_much, unit
    for match in _CENTS.finditer(text):
        how_much = _number(match)
        if how_much is not None:
            yield *match.span(), how_much / 100, "USD"


def _is_money(match: re.Match[str], text: str) -> bool:
    if match.group("unit") == "元":
        return text[match.end() : match.end() + 1] not in ("旦", "素", "宵", "气", "件")
    return match.group("half") is not None or _MONEY_GOES_ON.match(text, match.end()) is not None


def _number(match: re.Match[str]) -> Decimal | None:
    groups = match.groupdict()
    if groups.get("digits"):
        scale = (groups.get("scale") or "").lower()
        return Decimal(groups["digits"].replace(",", "")) * _SCALES.get(scale, 1)
    if groups.get("chinese"):
        return chinese_number(groups["chinese"])
    written = groups["english"].lower()
    first, _, rest = written.partition(" ")
    if first in ("a", "an"):
        written = f"one {rest}" if rest else "one"
    number = english_number(written)
    return None if number is None else Decimal(number)


def amount_rule(text: str, name: str, priority: int) -> Iterator[Candidate]:
    """Values are a plain number and an ISO 4217 code: "199.5 CNY"."""
    for start, end, how_much, unit, role in _with_roles(text):
        value = f"{plain(how_much)} {unit}"
        yield Candidate(name, value, start, end, "number", priority, role=role, holds_others=True)


def _with_roles(text: str) -> Iterator[tuple[int, int, Decimal, str, str]]:
    for start, end, how_much, unit in amounts(text):
        most = _most(text, start, end, how_much, unit)
        if most is not None:
            yield start, end, how_much * most[1], unit, "from"
            yield *most[0], "to"
            continue
        least = _least(text, start, end, how_much, unit)
        if least is not None:
            yield *least, "from"
        yield start, end, how_much, unit, "to" if least else ""


def _least(text: str, start: int, end: int, most: Decimal, unit: str) -> _Found | None:
    """The lower end of a range of sums whose upper end is text[start:end]: the 200 of 200-300元."""
    first = first_of_range(text, start, end)
    if first is None:
        return None
    for _, stop, how_much, other in amounts(first[2]):
        if stop == len(first[2]) and other == unit and how_much < most:
            return first[0], first[1], how_much, unit
    return None


def _most(text: str, start: int, end: int, least: Decimal, unit: str) -> tuple[_Found, int] | None:
    """The upper end of a range of sums that begins with the sign and text[start:end], and what its scale makes of the
    lower: $5-10k is from 5k.
    """
    first, last = _PREFIXED.fullmatch(text, start, end), _UP_TO.match(text, end)
    how_much = _number(last) if first and last else None
    if first is None or last is None or how_much is None or _BEFORE[(last["sign"] or first["unit"]).lower()] != unit:
        return None
    scale = 1 if first["scale"] or last["sign"] else _SCALES.get((last["scale"] or "").lower(), 1)
    begin = last.start("sign") if last["sign"] else last.start("digits")
    return ((begin, last.end(), how_much, unit), scale) if how_much > least * scale else None


def percentage_rule(text: str, name: str, priority: int) -> Iterator[Candidate]:
    """Values are plain numbers: "20" for 20%."""
    for match in _PERCENT.finditer(text):
        share = Decimal(match["part"]) if match["part"] else _number(match)
        if share is not None:
            yield Candidate(name, plain(share), *match.span(), "number", priority, holds_others=True)
