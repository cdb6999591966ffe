"""The demo backend: a small server that plays a weather service and an order system, so that the demo works offline.

Its data is invented. It is shaped like Open-Meteo's two services and like an ordinary order API behind a key.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from secrets import compare_digest
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Header, Query
from fastapi.responses import JSONResponse

from chatbot.demo.cities import City, cities
from chatbot.demo.orders import orders_on

DEMO_API_KEY = "demo-orders-key"  # guards invented orders on loopback
_CODES = (0, 1, 2, 3, 61, 63, 80, 2, 1, 0)


def create_backend(*, api_key: str = DEMO_API_KEY, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> FastAPI:
    """An application with `/v1/search`, `/v1/forecast`, `/orders/{id}` (header X-API-Key) and `/health`."""
    app = FastAPI(title="Demo backend", description="Invented weather and orders for the demo. Not a real service.")
    known = cities()

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok", "service": "demo backend"}

    @app.get("/v1/search")
    async def search(name: str, count: int = Query(10, ge=1, le=100), language: str = "en") -> dict[str, object]:
        found = [_place(city, language) for city in known if city.answers_to(name)]
        # Like the original: no key "results" at all when nothing is found.
        return {"results": found[:count], "generationtime_ms": 0.1} if found else {"generationtime_ms": 0.1}

    @app.get("/v1/forecast", response_model=None)
    async def forecast(
        latitude: float = Query(ge=-90, le=90),
        longitude: float = Query(ge=-180, le=180),
        current: str = "",
        daily: str = "",
        forecast_days: int = Query(7, ge=0, le=16),
        past_days: int = Query(0, ge=0, le=92),
    ) -> dict[str, object]:
        city = min(known, key=lambda each: math.dist((each.latitude, each.longitude), (latitude, longitude)))
        there = now().astimezone(ZoneInfo(city.timezone))
        days = [there.date() + timedelta(days=offset) for offset in range(-past_days, forecast_days)]
        reports = {day: _weather(city, day, there.date()) for day in days}
        answer: dict[str, object] = {
            "latitude": city.latitude,
            "longitude": city.longitude,
            "timezone": city.timezone,
            "utc_offset_seconds": int((there.utcoffset() or timedelta()).total_seconds()),
        }
        if current:
            present = _weather(city, there.date(), there.date())
            answer["current"] = {"time": there.strftime("%Y-%m-%dT%H:%M"), "interval": 900} | {
                name: present[name] for name in current.split(",") if name in present
            }
        if daily:
            answer["daily"] = {"time": [day.isoformat() for day in days]} | {
                name: [report[name] for report in reports.values()]
                for name in daily.split(",")
                if all(name in report for report in reports.values())
            }
        return answer

    @app.get("/orders/{order_id}")
    async def order(order_id: str, x_api_key: str = Header("")) -> JSONResponse:
        if not compare_digest(x_api_key.encode(), api_key.encode()):
            return JSONResponse({"error": "a valid X-API-Key is needed"}, status_code=401)
        found = orders_on(now().date()).get(order_id.upper())
        if found is None:
            return JSONResponse({"error": f"no order {order_id}"}, status_code=404)
        return JSONResponse({"order": found})

    return app


def _place(city: City, language: str) -> dict[str, object]:
    chinese = language.lower().startswith("zh")
    return {
        "id": city.number,
        "name": city.zh if chinese else city.en,
        "latitude": city.latitude,
        "longitude": city.longitude,
        "timezone": city.timezone,
        "country": city.country_zh if chinese else city.country_en,
    }


def _weather(city: City, day: date, today: date) -> dict[str, float]:
    """Invented, but the same whenever it is asked: warmer near the equator and in summer, varied by place and date."""
    if city.en == "Beijing" and day == today:
        code, high, low, rain, present = 0, 25.0, 15.0, 0, 22.0
    else:
        dice = hashlib.sha256(f"{city.en}|{day.isoformat()}".encode()).digest()
        code = _CODES[dice[0] % len(_CODES)]
        season = math.cos((day.timetuple().tm_yday - 200) / 365 * 2 * math.pi) * (1 if city.latitude > 0 else -1)
        high = round(30 - abs(city.latitude) * 0.35 + season * abs(city.latitude) * 0.3 + dice[1] % 7 - 3, 1)
        low = round(high - 5 - dice[2] % 5, 1)
        rain = 60 + dice[3] % 36 if code >= 61 else dice[3] % 30
        present = round((high * 2 + low) / 3, 1)
    wind = float(5 + (city.number * 7 + day.toordinal() * 3) % 20)
    return {
        "weather_code": code,
        "temperature_2m": present,
        "temperature_2m_max": high,
        "temperature_2m_min": low,
        "relative_humidity_2m": 40 + rain // 2,
        "wind_speed_10m": wind,
        "wind_speed_10m_max": wind + 8,
        "precipitation_probability_max": rain,
    }
