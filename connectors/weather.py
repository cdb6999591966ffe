"""Weather from an Open-Meteo-compatible service: a geocoding search, then a forecast for the place found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from connectors.base import (
    ConnectorMisconfigured,
    ConnectorRequestInvalid,
    ConnectorResult,
    ConnectorUnavailable,
    RecordNotFound,
)
from connectors.configuration import base_url, known_keys, text, wrong
from connectors.http_client import GuardedHttpClient
from connectors.json_value import JsonValue
from connectors.weather_words import condition_in, day_in

LAST_DAY = 15  # days from today that a forecast reaches
_NAME_LIMIT = 100
_CURRENT = "temperature_2m,relative_humidity_2m,weather_code,wind_speed_10m"
_DAILY = "weather_code,temperature_2m_max,temperature_2m_min,precipitation_probability_max,wind_speed_10m_max"
_RELATIVE = {"": 0, "today": 0, "tomorrow": 1}


class WeatherConfig(TypedDict, total=False, closed=True):
    """An Open-Meteo-compatible weather service, the public one by default. `timezone` is that of the people who ask."""

    geocoding_url: str
    forecast_url: str
    timezone: str


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    country: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class WeatherConnector:
    """Kind "weather". Operation "forecast" takes `city` (a name in any language) and `date` (ISO, "today", "tomorrow").

    `timezone` is that of the people who ask: it decides which ISO date is called today. The API key, when the service
    wants one, travels in the query, as Open-Meteo has it.
    """

    config_form: ClassVar[object] = WeatherConfig

    geocoding_url: str
    forecast_url: str
    timezone: ZoneInfo
    _api_key: str = field(repr=False)
    _client: GuardedHttpClient = field(repr=False)
    _now: Callable[[], datetime] = field(repr=False, default=_utc_now)

    @classmethod
    def from_config(
        cls, config: Mapping[str, JsonValue], secrets: Mapping[str, str], client: GuardedHttpClient
    ) -> Self:
        """`config` is written as `WeatherConfig`. Raises `ConnectorMisconfigured`."""
        known_keys(config, "", WeatherConfig.__annotations__)
        zone = text(config, "timezone", "", "Asia/Shanghai")
        try:
            timezone = ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            raise wrong("timezone", "is not the name of a time zone such as Asia/Shanghai") from error
        return cls(
            geocoding_url=base_url(config, "geocoding_url", client, "https://geocoding-api.open-meteo.com/v1/search"),
            forecast_url=base_url(config, "forecast_url", client, "https://api.open-meteo.com/v1/forecast"),
            timezone=timezone,
            _api_key=secrets.get("api_key", ""),
            _client=client,
        )

    @property
    def operations(self) -> Mapping[str, tuple[str, ...]]:
        """The one operation and its arguments."""
        return {"forecast": ("city", "date")}

    async def call(self, operation: str, arguments: Mapping[str, str], *, language: str) -> ConnectorResult:
        """`city, country, date, day, condition, temperature, temperature_min, temperature_max, temperature_now, ...`.

        `temperature` is the present one today and the day's mean otherwise; `temperature_now` and `humidity` are None
        on other days. °C, km/h, %. Raises `RecordNotFound` for an unknown city, `ConnectorRequestInvalid` for a date
        out of reach.
        """
        if operation != "forecast":
            raise ConnectorMisconfigured(f"there is no operation {operation!r}")
        city = arguments.get("city", "").strip()
        if not city or len(city) > _NAME_LIMIT or not city.isprintable():
            raise ConnectorRequestInvalid("the city is missing, too long or not plain text")
        today = self._now().astimezone(self.timezone).date()
        day = _wanted_day(arguments.get("date", ""), today)
        place = await self._find(city, language)
        forecast = await self._get(
            self.forecast_url,
            {
                "latitude": f"{place.latitude:.5f}",
                "longitude": f"{place.longitude:.5f}",
                "current": _CURRENT,
                "daily": _DAILY,
                "timezone": "auto",
                "past_days": "1",  # where it is still yesterday, the asker's today has passed or not begun
                "forecast_days": str(LAST_DAY + 1),
            },
        )
        return ConnectorResult(_described(forecast, place, day, today, language))

    async def _find(self, city: str, language: str) -> _Place:
        document = await self._get(
            self.geocoding_url, {"name": city, "count": "5", "language": language, "format": "json"}
        )
        results = document.get("results")
        if not isinstance(results, list) or not results:
            raise RecordNotFound(f"no place is called {city}")
        first = results[0]
        latitude, longitude = (_number(first, key) for key in ("latitude", "longitude"))
        if not isinstance(first, dict) or latitude is None or longitude is None:
            raise ConnectorUnavailable("the geocoding service answered in an unknown form")
        name, country = first.get("name"), first.get("country")
        return _Place(str(name or city), str(country or ""), latitude, longitude)

    async def _get(self, url: str, parameters: dict[str, str]) -> dict[str, JsonValue]:
        if self._api_key:
            parameters = parameters | {"apikey": self._api_key}
        response = await self._client.request("GET", f"{url}?{urlencode(parameters)}")
        if response.status in (401, 403):
            raise ConnectorMisconfigured(f"the weather service refused the credential ({response.status})")
        document = response.json() if response.status in (200, 400) else None
        if response.status == 400:
            raise ConnectorRequestInvalid("the weather service refused the request")
        if not isinstance(document, dict):
            raise ConnectorUnavailable(f"the weather service answered {response.status} in an unknown form")
        return document


def _wanted_day(value: str, today: date) -> date:
    value = value.strip().lower()
    if value in _RELATIVE:
        return today + timedelta(days=_RELATIVE[value])
    try:
        day = date.fromisoformat(value[:10])
    except ValueError as error:
        raise ConnectorRequestInvalid("the date is not an ISO date") from error
    if not 0 <= (day - today).days <= LAST_DAY:
        raise ConnectorRequestInvalid(f"the forecast reaches from today to {LAST_DAY} days ahead")
    return day


def _described(
    forecast: dict[str, JsonValue], place: _Place, day: date, today: date, language: str
) -> dict[str, JsonValue]:
    daily, current = forecast.get("daily"), forecast.get("current")
    days = daily.get("time") if isinstance(daily, dict) else None
    if not isinstance(daily, dict) or not isinstance(days, list):
        raise ConnectorUnavailable("the weather service answered in an unknown form")
    if day.isoformat() not in days:
        raise ConnectorRequestInvalid("the forecast does not reach that day")
    index = days.index(day.isoformat())

    def of_day(name: str) -> float | None:
        values = daily.get(name) if isinstance(daily, dict) else None
        return _number({name: values[index]}, name) if isinstance(values, list) and index < len(values) else None

    now = current if day == today else None
    low, high = of_day("temperature_2m_min"), of_day("temperature_2m_max")
    temperature = _number(now, "temperature_2m")
    mean = (low + high) / 2 if low is not None and high is not None else None
    code = _number(now, "weather_code")
    code = of_day("weather_code") if code is None else code
    return {
        "city": place.name,
        "country": place.country,
        "date": day.isoformat(),
        "day": day_in(language, day, today=today),
        "condition": None if code is None else condition_in(language, int(code)),
        "temperature": _rounded(mean if temperature is None else temperature),
        "temperature_now": _rounded(temperature),
        "temperature_min": _rounded(low),
        "temperature_max": _rounded(high),
        "humidity": _rounded(_number(now, "relative_humidity_2m")),
        "wind_speed": _rounded(of_day("wind_speed_10m_max")),
        "precipitation_probability": _rounded(of_day("precipitation_probability_max")),
    }


def _number(document: JsonValue, key: str) -> float | None:
    value = document.get(key) if isinstance(document, dict) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e6:
        return None
    return float(value)


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)
