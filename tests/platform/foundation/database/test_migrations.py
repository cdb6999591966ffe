"""Migrations and the models say the same, on both databases, however often and by however many they are run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.migrate import alembic_config, migrate
from chatbot.models import Base, Tenant
from tests.databases import in_thread, postgres_database
from tests.factories import make_tenant

MIGRATE_IN_A_PROCESS = "import sys; from chatbot.foundation.migrate import migrate; migrate(sys.argv[1])"


def test_models_and_migrations_agree(database_url: str) -> None:
    in_thread(command.check, alembic_config(database_url))


async def test_migrating_again_keeps_what_is_there(database: Database, database_url: str) -> None:
    tenant = await make_tenant(database)
    in_thread(migrate, database_url)
    async with database.read(SYSTEM) as session:
        assert await session.get(Tenant, tenant.id) is not None


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_processes_that_migrate_at_once_do_not_collide(kind: str, tmp_path: Path) -> None:
    if kind == "sqlite":
        run_migrations_at_once(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'chatbot.db'}")
    else:
        with postgres_database(migrated=False) as url:
            run_migrations_at_once(url)


def run_migrations_at_once(url: str) -> None:
    command_line = [sys.executable, "-c", MIGRATE_IN_A_PROCESS, url]
    processes = [subprocess.Popen(command_line, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    errors = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], errors


@pytest.mark.postgres
async def test_every_table_with_a_tenant_has_its_rows_guarded(postgres_url: str) -> None:
    expected = {table.name for table in Base.metadata.tables.values() if "tenant_id" in table.columns} | {"tenants"}
    database = Database(postgres_url)
    async with database.read(SYSTEM) as session:
        guarded = await session.execute(
            text(
                "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid "
                "WHERE relrowsecurity AND relforcerowsecurity"
            )
        )
        assert set(guarded.scalars()) == expected
    await database.close()


def test_downgrading_leaves_nothing_behind(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'chatbot.db'}"
    in_thread(migrate, url)
    in_thread(command.downgrade, alembic_config(url), "base")
    in_thread(migrate, url)
    in_thread(command.check, alembic_config(url))
