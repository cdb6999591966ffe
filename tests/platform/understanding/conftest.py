"""A running application over SQLite, and a bot in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import IsolatedSettings
from tests.platform.edge.application import Application, running
from tests.platform.understanding.workbench import Workbench, make_workbench, shop


@pytest.fixture
async def application(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Application]:
    async with running(IsolatedSettings(data_dir=tmp_path / "data", database_url=sqlite_url)) as application:
        yield application


@pytest.fixture
async def bench(application: Application) -> Workbench:
    """A bot that was taught nothing, without small talk."""
    return await make_workbench(application)


@pytest.fixture
async def trained(bench: Workbench) -> Workbench:
    """A bot with one version, which is active."""
    await bench.teach(shop())
    await bench.train()
    return bench
