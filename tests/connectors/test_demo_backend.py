"""The demo's connections against the demo backend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

import chatbot.demo
from chatbot.demo.backend import create_backend
from chatbot.demo.cities import cities
from connectors.base import Connector, ConnectorMisconfigured, RecordNotFound
from connectors.registry import build_connector
from tests.connectors.clients import DEMO_BACKEND, client_into

FOLDER = Path(chatbot.demo.__file__).parent


def demo_connection(name: str, secrets: Mapping[str, str] | None = None) -> Connector:
    text = (FOLDER / "connections.yaml").read_text(encoding="utf-8").replace("{demo_backend}", DEMO_BACKEND)
    described: dict[str, Any] = next(each for each in yaml.safe_load(text) if each["name"] == name)
    given = described.get("secrets", {}) if secrets is None else secrets
    return build_connector(described["kind"], described["config"], given, client_into(create_backend()))


@pytest.mark.parametrize(
    ("city", "language", "shown"), [("北京", "zh", "北京"), ("Beijing", "zh", "北京"), ("北京市", "en", "Beijing")]
)
async def test_beijing_is_sunny_and_twenty_two_degrees_today(city: str, language: str, shown: str) -> None:
    result = await demo_connection("weather").call("forecast", {"city": city, "date": "today"}, language=language)
    assert result.data["city"] == shown
    assert result.data["temperature_now"] == 22
    assert result.data["condition"] == {"zh": "晴", "en": "sunny"}[language]


async def test_every_city_has_weather_for_every_day_in_reach_and_always_the_same() -> None:
    weather = demo_connection("weather")
    for city in cities():
        first = await weather.call("forecast", {"city": city.zh, "date": "tomorrow"}, language="en")
        again = await weather.call("forecast", {"city": city.en, "date": "tomorrow"}, language="en")
        assert first.data == again.data
        assert first.data["city"] == city.en
        assert None not in (first.data["condition"], first.data["temperature_min"], first.data["temperature_max"])


async def test_an_unknown_city_and_an_unknown_order_are_not_found() -> None:
    with pytest.raises(RecordNotFound):
        await demo_connection("weather").call("forecast", {"city": "火星"}, language="zh")
    with pytest.raises(RecordNotFound):
        await demo_connection("orders").call("status", {"order_id": "A99999"}, language="zh")


async def test_an_order_is_described_in_the_users_language() -> None:
    orders = demo_connection("orders")
    chinese = await orders.call("status", {"order_id": "A10023"}, language="zh")
    english = await orders.call("status", {"order_id": "a10023"}, language="en")
    assert (chinese.data["item"], chinese.data["carrier"]) == ("无线键盘", "顺丰速运")
    assert (english.data["item"], english.data["carrier"]) == ("wireless keyboard", "SF Express")
    assert chinese.data["status_code"] == "shipped"


async def test_orders_need_the_key() -> None:
    with pytest.raises(ConnectorMisconfigured):
        await demo_connection("orders", {"api_key": "wrong"}).call("status", {"order_id": "A10023"}, language="zh")


async def test_the_backend_has_the_originals_shapes() -> None:
    moment = datetime(2026, 11, 19, 23, tzinfo=UTC)
    transport = httpx.ASGITransport(app=create_backend(now=lambda: moment))
    async with httpx.AsyncClient(transport=transport, base_url=DEMO_BACKEND) as client:
        nothing = (await client.get("/v1/search", params={"name": "Atlantis"})).json()
        assert "results" not in nothing
        wanted = "latitude=39.9&longitude=116.4&daily=weather_code,unknown&past_days=1&forecast_days=2"
        forecast = (await client.get(f"/v1/forecast?{wanted}")).json()
        assert forecast["daily"]["time"] == ["2026-11-19", "2026-11-20", "2026-11-21"]
        assert forecast["daily"]["weather_code"][1] == 0
        assert set(forecast["daily"]) == {"time", "weather_code"}
        assert "current" not in forecast
        assert (await client.get("/v1/forecast", params={"latitude": 99, "longitude": 0})).status_code == 422
        assert (await client.get("/health")).json()["service"] == "demo backend"
