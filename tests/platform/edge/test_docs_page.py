"""The API's own documentation works where nothing outside can be reached."""

from __future__ import annotations

import re

from tests.running_demo import RunningDemo


def test_the_page_loads_nothing_from_elsewhere(demo: RunningDemo) -> None:
    with demo.client() as client:
        page = client.get("/docs").text
        assets = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert len(assets) == 3
        for asset in assets:
            assert asset.startswith("/docs/assets/")
            assert client.get(asset).status_code == 200
        assert client.get("/openapi.json").json()["openapi"].startswith("3.1")
