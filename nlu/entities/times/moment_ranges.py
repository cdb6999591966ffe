"""From one moment to another: 周一到周五, "5pm to 7pm tomorrow", "Nov 3 to 5"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from nlu.entities.times.calendar_days import day_of
from nlu.entities.times.moment import DAY_OF_WEEK, Moment

_TO = re.compile(r"\s*(?:到|至|~|-|直到|to|through|thru|until|till)\s*(?:the\s+)?", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+|\s*和\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:between|介于|在)\s*$", re.IGNORECASE)
_LAST_DAY = re.compile(r"(?P<day>[12]\d|3[01]|0?[1-9])(?:日|号|st|nd|rd|th)?(?![\d:/月年.点时a-zA-Z])")
_DAY_OF_MONTH = re.compile(r"[\d一二三四五六七八九十]{1,3}号|the\s+\d{1,2}(?:st|nd|rd|th)", re.IGNORECASE)
_MONTH_NAMED = re.compile(r"月|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)


def with_ranges(text: str, found: Sequence[Moment]) -> list[Moment]:
    """Marks the ends of a range and counts the second from the first: the Friday of 周一到周五 follows the Monday."""
    marked: list[Moment] = []
    for each in found:
        first = marked[-1] if marked else None
        if first is None or first.role or first.end > each.start:
            marked.append(each)
            continue
        between = text[first.end : each.start]
        joined = _TO.fullmatch(between) or (_AND.fullmatch(between) and _BETWEEN.search(text[: first.start]))
        last = _second_end(text, first, each) if joined else None
        if last is None:
            marked.append(each)
        else:
            # "5pm to 7pm tomorrow": the day that comes last is that of both.
            shared = first.day is None and last.clock is not None and last.clock.end < last.end
            marked[-1:] = [replace(first, role="from", day=last.day if shared else first.day), replace(last, role="to")]
    return _short_ends(text, marked)


def _second_end(text: str, first: Moment, last: Moment) -> Moment | None:
    if first.instant or last.instant:
        return last
    if first.clock is not None and last.clock is not None and last.day is None:
        clock = last.clock
        if clock.minute <= first.clock.minute and clock.minute < 720 and not clock.sure:
            clock = replace(clock, minute=clock.minute + 720)
        return replace(last, day=first.day, clock=clock)
    if first.clock is not None and last.clock is not None and first.day is None:
        return last if last.clock.end == last.end or first.clock.minute < last.clock.minute else None
    if first.day is None or last.day is None:
        return None
    words = text[last.start : last.end]
    if _DAY_OF_MONTH.fullmatch(words):  # the 8号 of 3月5号到8号
        same_month = day_of(first.day.year, first.day.month, last.day.day)
        if same_month is not None and same_month >= first.day:
            return replace(last, day=same_month)
    if last.day < first.day and DAY_OF_WEEK.search(words):
        return replace(last, day=first.day + timedelta(days=(last.day - first.day).days % 7))
    return last if last.day >= first.day else None


def _short_ends(text: str, found: Sequence[Moment]) -> list[Moment]:
    """ "11月3日到5日", "Nov 3 to 5": a number after a day of a named month is a day of that month."""
    finished: list[Moment] = []
    for place, each in enumerate(found):
        words = text[each.start : each.end]
        finished.append(each)
        if each.role or each.kind != "date" or each.day is None or not _MONTH_NAMED.search(words):
            continue
        joined = _TO.match(text, each.end)
        number = _LAST_DAY.match(text, joined.end()) if joined else None
        last = day_of(each.day.year, each.day.month, int(number["day"])) if number else None
        following = found[place + 1].start if place + 1 < len(found) else len(text)
        if number and last and last > each.day and number.end() <= following:
            finished[-1:] = [replace(each, role="from"), Moment(*number.span(), day=last, role="to")]
    return finished
