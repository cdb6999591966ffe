"""A system that is down gives an honest answer, and the talk goes on when it is back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running_demo import DEAD_ORIGIN, RunningDemo


@pytest.fixture
def dead_weather(demo: RunningDemo) -> Iterator[None]:
    """Globex's weather connection points where nobody listens."""
    with demo.client(demo.globex) as client:
        found = next(c for c in client.get("/v1/connections").json()["items"] if c["name"] == "weather")
        config = found["config"]
        dead = {**config, "forecast_url": f"http://{DEAD_ORIGIN}/x", "geocoding_url": f"http://{DEAD_ORIGIN}/y"}
        path = f"/v1/connections/{found['id']}"
        assert client.patch(path, json={"config": dead}).status_code == 200
        yield
        assert client.patch(path, json={"config": config}).status_code == 200


@pytest.mark.parametrize(
    ("question", "language", "honest"),
    [("今天北京天气怎么样?", "zh", "暂时"), ("What's the weather in Beijing today?", "en", "right now")],
)
def test_a_dead_backend_gives_an_honest_reply_in_the_users_language(
    demo: RunningDemo, dead_weather: None, question: str, language: str, honest: str
) -> None:
    with demo.client(demo.globex) as client:
        response = client.post("/chatbot", json={"user_id": f"dead-{language}", "message": question})
    assert response.status_code == 200
    reply = response.json()
    assert honest in reply["reply"]
    assert reply["metadata"]["error"] == "connector_unavailable"
    assert reply["metadata"]["language"] == language


def test_the_connection_works_again_when_it_is_mended(demo: RunningDemo) -> None:
    with demo.client(demo.globex) as client:
        reply = client.post("/chatbot", json={"user_id": "mended", "message": "今天北京天气怎么样?"}).json()
    assert "22°C" in reply["reply"]
    assert "error" not in reply["metadata"]
