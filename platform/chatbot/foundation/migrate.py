"""Bring a database to the current tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

import chatbot

MIGRATIONS = "migrations"


def migrate(database_url: str, *, revision: str = "head") -> None:
    """Upgrade to `revision`; doing it again changes nothing.

    Blocking, and it runs an event loop of its own: call it from a thread where one runs already. Processes that
    migrate one database at the same time wait for each other.
    """
    command.upgrade(alembic_config(database_url), revision)


def alembic_config(database_url: str) -> Config:
    """What Alembic needs to know, without reading a file."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(_scripts()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["database_url"] = database_url
    return config


def _scripts() -> Path:
    """A wheel carries them inside the package; a checkout beside `platform/`."""
    package = Path(chatbot.__file__).parent
    packaged = package / MIGRATIONS
    return packaged if packaged.is_dir() else package.parents[1] / MIGRATIONS
