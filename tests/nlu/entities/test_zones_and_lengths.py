from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.nlu.entities.test_moments import entities


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T09:00:00Z", "2026-11-20T17:00+08:00"),
        ("2026-11-20t09:00:00.123z", "2026-11-20T17:00+08:00"),
        ("2026-11-20T20:00:00+02:00", "2026-11-21T02:00+08:00"),
        ("2026-11-20T09:00-0500", "2026-11-20T22:00+08:00"),
        ("2026-11-20 9:00 UTC", "2026-11-20T17:00+08:00"),
    ],
)
def test_a_moment_that_states_its_zone_is_told_in_the_users_own(text: str, moment: str) -> None:
    shanghai = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    (found,) = entities(f"会议{text}开始", now=shanghai)
    assert (found.name, found.value, found.text) == ("datetime", moment, text)


def test_what_is_behind_a_dash_ends_a_range_unless_it_is_iso() -> None:
    found = entities("2026-11-20 09:00-10:00")
    assert [(each.role, each.value) for each in found] == [("from", "2026-11-20T09:00"), ("to", "2026-11-20T10:00")]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("3-5天", [("3", "P3D"), ("5天", "P5D")]),
        ("3到5天", [("3", "P3D"), ("5天", "P5D")]),
        ("两到三周", [("两", "P2W"), ("三周", "P3W")]),
        ("3-5 days", [("3", "P3D"), ("5 days", "P5D")]),
        ("three to five days", [("three", "P3D"), ("five days", "P5D")]),
        ("2-3 hours", [("2", "PT2H"), ("3 hours", "PT3H")]),
    ],
)
def test_both_ends_of_a_range_of_lengths_have_its_unit(text: str, ends: list[tuple[str, str]]) -> None:
    found = entities(f"要{text}吗")
    assert [(each.name, each.role) for each in found] == [("duration", "from"), ("duration", "to")]
    assert [(each.text, each.value) for each in found] == ends


def test_a_length_behind_a_dash_that_follows_no_number_is_none() -> None:
    assert entities("138-1234-5天") == ()


@pytest.mark.parametrize("text", ["on a scale from 1 to 10", "from 3 to 5 people"])
def test_numbers_between_from_and_to_that_count_something_are_no_hours(text: str) -> None:
    assert "to" not in [each.role for each in entities(text)]
