"""What the words of migrations make never changes: revisions that ran long ago must make the same tables on the next
installation. (They stand in the package, since a wheel and a checkout keep `migrations/` under different names.)
"""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from chatbot.foundation.database.owned_tables import Json, Time, child_of, create_owned_table, optional, required
from chatbot.foundation.database.row_security import guard_statements

TABLE = """
CREATE TABLE pets (
    id VARCHAR(32) NOT NULL,
    tenant_id VARCHAR(32) NOT NULL,
    created_at {time} NOT NULL,
    owner_id VARCHAR(32) NOT NULL,
    name VARCHAR(9) NOT NULL,
    notes {json},
    born {time} NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(owner_id) REFERENCES owners (id) ON DELETE CASCADE
);
CREATE INDEX ix_pets_tenant_id_id ON pets (tenant_id, id);
CREATE INDEX ix_pets_name ON pets (name);
"""


@pytest.mark.parametrize(
    ("dialect", "time", "json"), [("sqlite", "DATETIME", "JSON"), ("postgresql", "TIMESTAMP WITH TIME ZONE", "JSONB")]
)
def test_a_table_of_tenants_is_made_as_ever(dialect: str, time: str, json: str) -> None:
    said = io.StringIO()
    context = MigrationContext.configure(dialect_name=dialect, opts={"as_sql": True, "output_buffer": said})
    with Operations.context(context):
        create_owned_table(
            "pets",
            child_of("owners", "owner_id"),
            required("name", sa.String(9)),
            optional("notes", Json),
            required("born", Time),
            indexed=("name",),
        )
    assert said.getvalue().split() == TABLE.format(time=time, json=json).split()


def test_rows_are_guarded_as_ever() -> None:
    assert guard_statements("pets", column="owner_id") == (
        "ALTER TABLE pets ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE pets FORCE ROW LEVEL SECURITY",
        "CREATE POLICY tenant_rows ON pets USING (owner_id = current_setting('app.tenant_id', true) "
        "OR current_setting('app.tenant_id', true) = '*')",
    )
    assert guard_statements("pets")[2].startswith("CREATE POLICY tenant_rows ON pets USING (tenant_id = ")
