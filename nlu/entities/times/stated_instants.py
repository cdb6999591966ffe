"""Moments that state their own zone: 2026-11-20T09:00:00Z, "2026-11-20 09:00 UTC", 2026-11-20T09:00+02:00."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

# "2026-11-20 09:00-10:00" is an hour: what is behind a minus is an offset only where the T says that this is ISO 8601.
_STATED = re.compile(
    r"(?<![A-Za-z0-9_.:/-])(?P<day>\d{4}-\d\d?-\d\d?)(?:(?P<iso>T)|\s+)"
    r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::\d\d(?:[.,]\d{1,9})?)?\s?"
    r"(?:(?P<utc>Z|UTC|GMT)|(?P<sign>\+|(?(iso)-|(?!)))(?P<hours>\d\d):?(?P<minutes>\d\d))(?![A-Za-z0-9_]|:\d)",
    re.IGNORECASE,
)


def stated_instants(text: str, now: datetime) -> Iterator[tuple[int, int, datetime]]:
    """(start, end, the instant in the zone of `now`); in its own zone where `now` has none."""
    for match in _STATED.finditer(text):
        try:
            year, month, day = map(int, match["day"].split("-"))
            zone = UTC if match["utc"] else timezone(_offset(match))
            at = datetime(year, month, day, int(match["hour"]), int(match["minute"]), tzinfo=zone)
            yield *match.span(), at if now.tzinfo is None else at.astimezone(now.tzinfo)
        except (ValueError, OverflowError):
            continue


def _offset(match: re.Match[str]) -> timedelta:
    ahead = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
    return -ahead if match["sign"] == "-" else ahead
