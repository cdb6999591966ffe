"""Fixtures every test may ask for; what they are made of lives in the modules they come from."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pydantic_settings import SettingsConfigDict

from chatbot.foundation.database import Database
from chatbot.foundation.migrate import migrate
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant
from tests import databases, factories
from tests.qdrant_server import QdrantServer, qdrant_server
from tests.running_demo import RunningDemo, running_demo

# How fast examples are made says how busy the machine is, and nothing of the product.
hypothesis_settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("suite")


class IsolatedSettings(Settings):
    """Reads neither an environment file nor the variables of the person who runs the tests."""

    model_config = SettingsConfigDict(env_prefix="CHATBOT_IN_TESTS_", env_file=None)


BOTH_DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; tests copy it."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    databases.in_thread(migrate, f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with databases.postgres_database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite_file: Path) -> str:
    """A migrated and empty SQLite database of this test alone."""
    path = tmp_path / "chatbot.db"
    shutil.copyfile(migrated_sqlite_file, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(params=BOTH_DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database, once for each kind."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    assert isinstance(url, str)
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Migrated and empty; a test that asks for it runs on SQLite and on PostgreSQL."""
    async with databases.opened(database_url) as database:
        yield database


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """For tests whose subject is not the database."""
    async with databases.opened(sqlite_url) as database:
        yield database


@pytest.fixture
async def tenant(database: Database) -> Tenant:
    return await factories.make_tenant(database)


@pytest.fixture
async def other_tenant(database: Database) -> Tenant:
    return await factories.make_tenant(database)


@pytest.fixture
def redis_namespace() -> Iterator[tuple[str, str]]:
    """(URL, key prefix) of a real Redis."""
    with databases.redis_namespace() as namespace:
        yield namespace


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of an installation of its own, over the same database as `database`."""
    return IsolatedSettings(data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """The running product with its two tenants, shared by the journeys; tests leave the tenants' content alone."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="session")
def qdrant() -> Iterator[QdrantServer]:
    """A real vector server; tests take collections of their own by their prefix."""
    with qdrant_server() as server:
        yield server
