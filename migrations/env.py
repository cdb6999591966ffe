"""How Alembic reaches the database. `chatbot migrate` and `alembic` on the command line both come through here."""

from __future__ import annotations

import asyncio
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, event, pool, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from chatbot.foundation.settings import Settings
from chatbot.models import Base
from chatbot.models.base import UtcDateTime

MIGRATION_LOCK = 5_247_301_877  # names this program's migrations among PostgreSQL's advisory locks
LOCK_TIMEOUT_S = 60


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column type as what it is in the database, so that old revisions need no application code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run(connection: Connection) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=on_sqlite,  # SQLite alters a table by copying it
        transactional_ddl=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        if not on_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            # Data migrations concern every tenant; the row-level policies would show them none.
            connection.execute(text("SELECT set_config('app.tenant_id', '*', true)"))
        context.run_migrations()


def configure_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Foreign keys stay off: copying a table must not cascade into those that refer to it."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={LOCK_TIMEOUT_S * 1000}")
    cursor.close()


def begin_sqlite(connection: Connection) -> None:
    """Lock before reading the current revision, so that a second process waits and finds nothing to do."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def migrate(url: str) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", configure_sqlite)
        event.listen(engine.sync_engine, "begin", begin_sqlite)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
            await connection.commit()
    finally:
        await engine.dispose()


asyncio.run(migrate(context.config.attributes.get("database_url") or Settings().async_database_url))
