from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.interpreter import Interpreter
from nlu.understanding import Entity, EntityDefinition
from tests.nlu.encoders import HashingEncoder

FRIDAY = datetime(2026, 11, 20, 9, 0)


def entities(text: str, *definitions: EntityDefinition, now: datetime = FRIDAY) -> tuple[Entity, ...]:
    found = Interpreter(None, definitions, HashingEncoder()).parse(text, now=now).entities
    for entity in found:
        assert text[entity.start : entity.end] == entity.text
    return found


def whole(text: str) -> tuple[str, str]:
    """The one entity of a text that is nothing else."""
    (entity,) = entities(text)
    assert entity.text == text
    return entity.name, entity.value


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("下周三下午三点", "2026-11-25T15:00"),
        ("明天早上8点半", "2026-11-21T08:30"),
        ("明早8点半", "2026-11-21T08:30"),
        ("今晚8点", "2026-11-20T20:00"),
        ("今晚12点", "2026-11-21T00:00"),
        ("明晚八点一刻", "2026-11-21T20:15"),
        ("明天中午", "2026-11-21T12:00"),
        ("明天２０：３０", "2026-11-21T20:30"),
        ("后天凌晨两点", "2026-11-22T02:00"),
        ("11月25日十五点二十分", "2026-11-25T15:20"),
        ("今天8点", "2026-11-20T20:00"),
        ("两小时后", "2026-11-20T11:00"),
        ("半小时后", "2026-11-20T09:30"),
        ("一个半小时之前", "2026-11-20T07:30"),
        ("next Friday at 3", "2026-11-27T15:00"),
        ("3pm tomorrow", "2026-11-21T15:00"),
        ("tomorrow morning at 9", "2026-11-21T09:00"),
        ("tonight at 8", "2026-11-20T20:00"),
        ("noon on Friday", "2026-11-20T12:00"),
        ("Nov 25, 8:05 pm", "2026-11-25T20:05"),
        ("2026-12-01 09:30", "2026-12-01T09:30"),
        ("half past three on Monday", "2026-11-23T15:30"),
        ("in two hours", "2026-11-20T11:00"),
        ("90 minutes from now", "2026-11-20T10:30"),
        ("an hour ago", "2026-11-20T08:00"),
        ("a quarter past nine tomorrow evening", "2026-11-21T21:15"),
        ("tomorrow morning at 9", "2026-11-21T09:00"),
        ("Friday night at 8", "2026-11-20T20:00"),
        ("明天晚上8点", "2026-11-21T20:00"),
        ("明天晚上大概8点", "2026-11-21T20:00"),
        ("明晨6点", "2026-11-21T06:00"),
        ("11月25日上午9点", "2026-11-25T09:00"),
        ("tonight at 2", "2026-11-21T02:00"),
        ("this morning at 8", "2026-11-20T08:00"),
        ("2026-11-20T15:30", "2026-11-20T15:30"),
        ("Friday, Nov 27 at 3pm", "2026-11-27T15:00"),
        ("11月27日（周五）下午3点", "2026-11-27T15:00"),
    ],
)
def test_a_day_and_a_time_make_one_moment_relative_to_the_clock(text: str, moment: str) -> None:
    assert whole(text) == ("datetime", moment)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明天晚上", "2026-11-21"),
        ("下周一早上", "2026-11-23"),
        ("11月25日的上午", "2026-11-25"),
        ("圣诞节晚上", "2026-12-25"),
        ("周五晚", "2026-11-20"),
        ("三天后的下午", "2026-11-23"),
        ("今晨", "2026-11-20"),
        ("昨夜", "2026-11-19"),
        ("明儿一早", "2026-11-21"),
        ("tomorrow evening", "2026-11-21"),
        ("tmrw night", "2026-11-21"),
        ("next Monday afternoon", "2026-11-23"),
        ("Christmas morning", "2026-12-25"),
        ("Nov 3 in the morning", "2026-11-03"),  # and not at three
        ("the 5th in the afternoon", "2026-12-05"),
        ("the morning of Nov 25", "2026-11-25"),
        ("11/25 evening", "2026-11-25"),
        ("Friday, Nov 27", "2026-11-27"),
        ("星期五（11月27日）", "2026-11-27"),
        ("11月27日 周五", "2026-11-27"),
        ("Friday the 27th", "2026-11-27"),
    ],
)
def test_a_day_with_what_belongs_to_it_is_one_span_with_the_day_as_value(text: str, day: str) -> None:
    assert whole(text) == ("date", day)


@pytest.mark.parametrize("text", ["明天下午茶", "明天早点", "明天晚点", "明天晚到", "tomorrow nightlife"])
def test_what_only_begins_like_a_part_of_the_day_is_none(text: str) -> None:
    assert entities(text)[0].text in ("明天", "tomorrow")


@pytest.mark.parametrize(
    "text", ["明天3点,后天4点", "明天下午3点，后天下午4点", "3pm tomorrow, 4pm on Sunday", "tomorrow 3pm, Sunday 4pm"]
)
def test_two_moments_beside_each_other_keep_their_own_days(text: str) -> None:
    assert [entity.value for entity in entities(text)] == ["2026-11-21T15:00", "2026-11-22T16:00"]


def test_a_part_of_the_day_is_of_the_day_in_the_users_own_zone() -> None:
    for zone, day in (("Asia/Shanghai", "2026-11-22"), ("America/New_York", "2026-11-21")):
        now = datetime(2026, 11, 20, 20, 0, tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
        assert [entities(text, now=now)[0].value for text in ("明天晚上", "tomorrow evening")] == [day, day]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("下午三点", "15:00"),
        ("3点", "15:00"),
        ("八点半", "08:30"),
        ("差五分八点", "07:55"),
        ("晚上12点", "00:00"),
        ("凌晨一点", "01:00"),
        ("20:30", "20:30"),
        ("中午", "12:00"),
        ("午夜12点", "00:00"),
        ("3pm", "15:00"),
        ("8.30 a.m.", "08:30"),
        ("three o'clock", "15:00"),
        ("half past three", "15:30"),
        ("quarter to nine pm", "20:45"),
        ("quarter to five in the afternoon", "16:45"),
        ("9 in the morning", "09:00"),
        ("midnight", "00:00"),
    ],
)
def test_a_time_of_day_is_read_without_a_day(text: str, time: str) -> None:
    assert whole(text) == ("time", time)


def test_a_time_not_said_to_be_morning_or_afternoon_is_less_certain() -> None:
    assert [entities(text)[0].confidence for text in ("下午三点", "三点", "at 3pm", "at 3")] == [1.0, 0.8, 1.0, 0.8]


@pytest.mark.parametrize(
    "text",
    [
        "便宜一点",
        "一点也不好",
        "三点意见",
        "weather at 3 Main street",
        "at 5 dollars",
        "三点五倍",
        "25:00",
        "24小时",
        "早一点",
        "3-5点意见",
        "2026-3-5点",
        "form-5pm",
    ],
)
def test_what_is_no_time_is_not_taken_for_one(text: str) -> None:
    assert not {"time", "datetime"} & {entity.name for entity in entities(text)}


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("open from 9 to 5", [("time", "09:00", "from"), ("time", "17:00", "to")]),
        ("from 10:30 to 6 on weekdays", [("time", "10:30", "from"), ("time", "18:00", "to")]),
        ("周一到周五", [("date", "2026-11-23", "from"), ("date", "2026-11-27", "to")]),
        ("from Monday to Wednesday", [("date", "2026-11-23", "from"), ("date", "2026-11-25", "to")]),
        ("11月3日到5日", [("date", "2026-11-03", "from"), ("date", "2026-11-05", "to")]),
        ("Nov 3 to 5", [("date", "2026-11-03", "from"), ("date", "2026-11-05", "to")]),
        ("between tomorrow and Nov 25", [("date", "2026-11-21", "from"), ("date", "2026-11-25", "to")]),
        ("下午三点到五点", [("time", "15:00", "from"), ("time", "17:00", "to")]),
        ("from 3pm to 5pm", [("time", "15:00", "from"), ("time", "17:00", "to")]),
        (
            "between 5pm and 7pm tomorrow",
            [("datetime", "2026-11-21T17:00", "from"), ("datetime", "2026-11-21T19:00", "to")],
        ),
        ("晚上9点到明早6点", [("time", "21:00", "from"), ("datetime", "2026-11-21T06:00", "to")]),
        ("下午3-5点", [("time", "15:00", "from"), ("time", "17:00", "to")]),
        ("三到五点", [("time", "15:00", "from"), ("time", "17:00", "to")]),
        ("晚上8-10点营业", [("time", "20:00", "from"), ("time", "22:00", "to")]),
        ("9:00-17:00", [("time", "09:00", "from"), ("time", "17:00", "to")]),
        ("9am-5pm", [("time", "09:00", "from"), ("time", "17:00", "to")]),
        ("11-1pm", [("time", "11:00", "from"), ("time", "13:00", "to")]),
        ("between 3 and 5pm", [("time", "15:00", "from"), ("time", "17:00", "to")]),
        (
            "3 to 5pm tomorrow",
            [("datetime", "2026-11-21T15:00", "from"), ("datetime", "2026-11-21T17:00", "to")],
        ),
        ("3月5号到8号", [("date", "2027-03-05", "from"), ("date", "2027-03-08", "to")]),
        ("11月25号到3号", [("date", "2026-11-25", "from"), ("date", "2026-12-03", "to")]),
        ("周一早上到周五晚上", [("date", "2026-11-23", "from"), ("date", "2026-11-27", "to")]),
        ("Monday morning to Friday evening", [("date", "2026-11-23", "from"), ("date", "2026-11-27", "to")]),
        (
            "明天下午三点到五点",
            [("datetime", "2026-11-21T15:00", "from"), ("datetime", "2026-11-21T17:00", "to")],
        ),
    ],
)
def test_the_ends_of_a_range_have_roles(text: str, ends: list[tuple[str, str, str]]) -> None:
    assert [(entity.name, entity.value, entity.role) for entity in entities(text)] == ends


def test_a_date_and_another_day_of_the_week_stay_two() -> None:
    assert [entity.value for entity in entities("11月27日（周四）")] == ["2026-11-27", "2026-11-26"]
    assert [entity.value for entity in entities("Friday or Nov 27")] == ["2026-11-20", "2026-11-27"]


def test_two_days_side_by_side_are_no_range() -> None:
    assert {entity.role for entity in entities("周一和周五, Monday or Friday, 明天到今天")} == {""}


def test_a_moment_still_tells_its_day_and_its_time() -> None:
    (moment,) = entities("下周三下午三点")
    assert moment.also == (("date", "2026-11-25"), ("time", "15:00"))
    (renamed,) = entities("下周三下午三点", EntityDefinition("departure", "date"))
    assert ("departure", "2026-11-25") in renamed.also


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("两个半小时", "PT2H30M"),
        ("3天", "P3D"),
        ("一周", "P1W"),
        ("半年", "P6M"),
        ("一刻钟", "PT15M"),
        ("1小时30分钟", "PT1H30M"),
        ("一年半", "P1Y6M"),
        ("2 hours 30 minutes", "PT2H30M"),
        ("an hour and a half", "PT1H30M"),
        ("ten days", "P1W3D"),
        ("half an hour", "PT30M"),
    ],
)
def test_lengths_of_time_are_iso_durations(text: str, duration: str) -> None:
    assert whole(text) == ("duration", duration.replace("P1W3D", "P10D"))


@pytest.mark.parametrize(
    ("text", "day"), [("三个月后", "2027-02-20"), ("in two months", "2027-01-20"), ("a year ago", "2025-11-20")]
)
def test_months_and_years_are_counted_on_the_calendar(text: str, day: str) -> None:
    assert whole(text) == ("date", day)
    assert entities("一个月后", now=datetime(2026, 1, 31))[0].value == "2026-02-28"


def test_moments_are_in_the_zone_of_the_clock() -> None:
    berlin = datetime(2026, 10, 24, 23, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert entities("明天下午三点", now=berlin)[0].value == "2026-10-25T15:00+01:00"
    # The night in which clocks go back has one more hour.
    assert entities("in 5 hours", now=berlin)[0].value == "2026-10-25T03:00+01:00"


def test_the_end_of_the_calendar_gives_no_moment() -> None:
    last = datetime(9999, 12, 31, 23, 0)
    for text in ("今晚12点", "in two hours", "三个月后", "in 90 years", "明天下午三点"):
        assert not {"date", "datetime"} & {entity.name for entity in entities(text, now=last)}


def test_a_time_of_the_military_is_no_length_of_time() -> None:
    assert "duration" not in {entity.name for entity in entities("0700 hours")}


def test_a_long_message_of_days_and_times_is_read_to_its_end() -> None:
    found = entities("明天3点," * 2_000)  # 4,000 moments: comparing each with each would take half a minute
    assert [found[0].value, found[-1].value, len(found)] == ["2026-11-21T15:00", "2026-11-21T15:00", 2_000]
