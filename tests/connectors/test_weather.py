"""The weather connector against Open-Meteo's shapes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from connectors.base import (
    ConnectorError,
    ConnectorMisconfigured,
    ConnectorRequestInvalid,
    ConnectorUnavailable,
    RecordNotFound,
)
from connectors.json_value import JsonValue
from connectors.weather import WeatherConnector
from connectors.weather_words import condition_in, day_in
from tests.connectors.clients import client_for
from tests.connectors.loopback import Answer, LoopbackServer, Received, answering, loopback

PLACE: JsonValue = {"results": [{"name": "北京", "country": "中国", "latitude": 39.9075, "longitude": 116.39723}]}
FORECAST: dict[str, JsonValue] = {
    "current": {"temperature_2m": 21.6, "relative_humidity_2m": 40, "weather_code": 0, "wind_speed_10m": 9},
    "daily": {
        "time": ["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-23"],
        "weather_code": [3, 2, 61, 1234],
        "temperature_2m_max": [20, 25.4, 18, None],
        "temperature_2m_min": [10, 14.6, 11, 3],
        "precipitation_probability_max": [0, 0, 80, None],
        "wind_speed_10m_max": [10, 12, 14, 16],
    },
}


NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)  # in Shanghai


def at(server: LoopbackServer, now: datetime = NOON) -> WeatherConnector:
    built = WeatherConnector.from_config(
        {"geocoding_url": f"{server.url}/v1/search", "forecast_url": f"{server.url}/v1/forecast"},
        {},
        client_for(server.allowed),
    )
    return replace(built, _now=lambda: now)


def playing(place: JsonValue = PLACE, forecast: JsonValue = FORECAST) -> Callable[[Received], Answer]:
    def answer(request: Received) -> bytes:
        return answering(json.dumps(place if request.target.startswith("/v1/search") else forecast))

    return answer


async def test_today_has_the_present_temperature() -> None:
    async with loopback(playing()) as server:
        result = await at(server).call("forecast", {"city": "北京", "date": "2026-11-20"}, language="zh")
    assert result.data == {
        "city": "北京",
        "country": "中国",
        "date": "2026-11-20",
        "day": "今天",
        "condition": "晴",
        "temperature": 22,
        "temperature_now": 22,
        "temperature_min": 15,
        "temperature_max": 25,
        "humidity": 40,
        "wind_speed": 12,
        "precipitation_probability": 0,
    }
    assert "name=%E5%8C%97%E4%BA%AC" in server.received[0].target
    assert "language=zh" in server.received[0].target


async def test_another_day_has_no_present_temperature() -> None:
    async with loopback(playing()) as server:
        result = await at(server).call("forecast", {"city": "Beijing", "date": "tomorrow"}, language="en")
    assert result.data["day"] == "tomorrow"
    assert result.data["condition"] == "light rain"
    assert result.data["temperature"] == 14
    assert result.data["temperature_now"] is None
    assert result.data["humidity"] is None


async def test_missing_and_unknown_figures_are_left_out_rather_than_invented() -> None:
    async with loopback(playing()) as server:
        result = await at(server).call("forecast", {"city": "Beijing", "date": "2026-11-23"}, language="en")
    assert result.data["condition"] is None
    assert result.data["temperature"] is None
    assert result.data["temperature_min"] == 3
    assert result.data["day"] == "on Nov 23"


async def test_today_is_the_askers_day_in_their_time_zone() -> None:
    late_evening_utc = datetime(2026, 11, 19, 23, tzinfo=UTC)  # already the 20th in Shanghai
    async with loopback(playing()) as server:
        result = await at(server, late_evening_utc).call("forecast", {"city": "北京"}, language="zh")
    assert result.data["date"] == "2026-11-20"
    assert result.data["day"] == "今天"


@pytest.mark.parametrize("when", ["2026-11-19", "2026-12-06", "next week", "2026-11-22", "2026-13-01"])
async def test_a_day_out_of_reach_is_invalid(when: str) -> None:
    async with loopback(playing()) as server:
        with pytest.raises(ConnectorRequestInvalid):
            await at(server).call("forecast", {"city": "北京", "date": when}, language="zh")


@pytest.mark.parametrize("place", [{"generationtime_ms": 0.2}, {"results": []}])
async def test_an_unknown_city_is_not_found(place: JsonValue) -> None:
    async with loopback(playing(place)) as server:
        with pytest.raises(RecordNotFound):
            await at(server).call("forecast", {"city": "火星"}, language="zh")


@pytest.mark.parametrize(
    ("place", "forecast"),
    [
        ([], FORECAST),
        ({"results": [7]}, FORECAST),
        ({"results": [{"name": "x", "latitude": "a", "longitude": 1}]}, FORECAST),
        (PLACE, {}),
        (PLACE, {"daily": {"time": 5}}),
        (PLACE, {"daily": {"time": ["2026-11-20"], "weather_code": "?"}, "current": []}),
        (PLACE, {"daily": {"time": ["2026-11-20"], "weather_code": [10**400]}}),
    ],
)
async def test_an_answer_of_another_shape_is_a_connector_error_or_holds_no_figures(
    place: JsonValue, forecast: JsonValue
) -> None:
    async with loopback(playing(place, forecast)) as server:
        try:
            result = await at(server).call("forecast", {"city": "北京"}, language="zh")
        except ConnectorError:
            return
    assert result.data["temperature"] is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, ConnectorUnavailable),
        (404, ConnectorUnavailable),
        (400, ConnectorRequestInvalid),
        (401, ConnectorMisconfigured),
    ],
)
async def test_statuses_become_the_errors_the_dialogue_tells_apart(status: int, error: type[Exception]) -> None:
    async with loopback(lambda _: answering(status=status)) as server:
        with pytest.raises(error):
            await at(server).call("forecast", {"city": "北京"}, language="zh")


@pytest.mark.parametrize("city", ["", "x" * 101, "a\nb"])
async def test_a_city_that_cannot_be_a_name_is_invalid(city: str) -> None:
    async with loopback(playing()) as server:
        with pytest.raises(ConnectorRequestInvalid):
            await at(server).call("forecast", {"city": city}, language="zh")
        assert not server.received


async def test_the_api_key_travels_but_is_never_shown() -> None:
    async with loopback(playing()) as server:
        built = WeatherConnector.from_config(
            {"geocoding_url": f"{server.url}/v1/search"}, {"api_key": "s3cret"}, client_for(server.allowed)
        )
        assert "s3cret" not in repr(built)
        built = replace(built, forecast_url=f"{server.url}/v1/forecast", _now=lambda: NOON)
        await built.call("forecast", {"city": "x"}, language="en")
        assert all("apikey=s3cret" in request.target for request in server.received)


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"timezone": "../etc"}, "timezone"),
        ({"forecast_url": "http://10.0.0.1/"}, "forecast_url"),
        ({"url": "x"}, "url: is not a setting"),
    ],
)
def test_a_wrong_configuration_is_refused_by_name(config: dict[str, JsonValue], complaint: str) -> None:
    with pytest.raises(ConnectorMisconfigured, match=complaint):
        WeatherConnector.from_config(config, {}, client_for())


def test_days_and_conditions_have_words_in_both_languages() -> None:
    today = date(2026, 11, 20)
    assert [day_in("zh", date(2026, 11, day), today=today) for day in (19, 20, 21, 22, 23)] == [
        "11月19日", "今天", "明天", "后天", "11月23日"
    ]  # fmt: skip
    assert day_in("en", date(2026, 11, 22), today=today) == "the day after tomorrow"
    assert condition_in("zh", 95) == "雷阵雨"
    assert condition_in("en", 7) is None
