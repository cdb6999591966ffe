"""Row-level security on PostgreSQL: what migrations run for every table that belongs to tenants."""

from __future__ import annotations


def guard_statements(table: str, *, column: str = "tenant_id") -> tuple[str, ...]:
    """SQL that shows and accepts only rows of the transaction's tenant, or any row for `database.SYSTEM`.

    FORCE makes the policy bind the tables' owner too, which is the role the application signs in with. A transaction
    that named no tenant sees nothing. Only a superuser, or a role with BYPASSRLS, is not bound.
    """
    tenant = "current_setting('app.tenant_id', true)"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant_rows ON {table} USING ({column} = {tenant} OR {tenant} = '*')",
    )
