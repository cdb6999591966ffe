"""The words in which migrations tell of tables. Old revisions use them: what they make never changes."""

from __future__ import annotations

from typing import TypeVar

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

Kind = TypeVar("Kind")
Time = sa.DateTime(timezone=True)
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def required(name: str, kind: TypeEngine[Kind]) -> sa.Column[Kind]:
    return sa.Column(name, kind, nullable=False)


def optional(name: str, kind: TypeEngine[Kind]) -> sa.Column[Kind]:
    return sa.Column(name, kind, nullable=True)


def child_of(table: str, column: str) -> sa.Column[str]:
    """Refers to `table`, and goes with its row."""
    return sa.Column(column, sa.String(32), sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


def create_owned_table(table: str, *items: sa.schema.SchemaItem, indexed: tuple[str, ...] = ()) -> None:
    """A table whose rows belong to tenants; `indexed` are columns that get an index each."""
    op.create_table(
        table,
        sa.Column("id", sa.String(32), primary_key=True),
        child_of("tenants", "tenant_id"),
        required("created_at", Time),
        *items,
    )
    op.create_index(op.f(f"ix_{table}_tenant_id_id"), table, ["tenant_id", "id"])
    for column in indexed:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
