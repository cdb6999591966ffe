"""FAQs, sources, filters and test sets of knowledge; versions, regression, drift and clusters of understanding.

Revises: 0001
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from chatbot.foundation.database.owned_tables import Json, Time, child_of, create_owned_table, optional, required
from chatbot.foundation.database.row_security import guard_statements

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# In the order of their foreign keys.
NEW_TABLES = (
    "sources",
    "faqs",
    "test_sets",
    "test_questions",
    "test_runs",
    "regression_examples",
    "nlu_evaluations",
    "drift_reports",
    "message_clusters",
)
# Table, column, type, what rows of the release before get.
NEW_COLUMNS: tuple[tuple[str, str, TypeEngine[Any], str], ...] = (
    ("knowledge_bases", "settings", Json, "{}"),
    ("documents", "tags", Json, "[]"),
    ("documents", "attributes", Json, "{}"),
    ("chunks", "kind", sa.String(16), "passage"),
    ("chunks", "is_enabled", sa.Boolean(), "true"),
    ("chunks", "is_edited", sa.Boolean(), "false"),
    ("bots", "understanding", Json, "{}"),
    ("intent_examples", "entities", Json, "[]"),
    ("nlu_models", "number", sa.Integer(), "1"),
    ("nlu_models", "settings", Json, "{}"),
    ("nlu_models", "size", sa.Integer(), "0"),
)


def upgrade() -> None:
    create_knowledge_tables()
    create_understanding_tables()
    for table, column, kind, default in NEW_COLUMNS:
        given = sa.text(default) if isinstance(kind, sa.Boolean) else default
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, kind, nullable=False, server_default=given))
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=kind, existing_nullable=False, server_default=None)
    with op.batch_alter_table("documents") as batch:
        batch.add_column(sa.Column("source_id", sa.String(32), nullable=True))
        batch.add_column(sa.Column("started_at", Time, nullable=True))
        batch.create_foreign_key(
            "fk_documents_source_id_sources", "sources", ["source_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index("ix_documents_source_id", ["source_id"])
    number_versions()
    with op.batch_alter_table("nlu_models") as batch:
        batch.add_column(sa.Column("created_by", sa.String(80), nullable=True))
        batch.create_unique_constraint("uq_nlu_models_bot_id_number", ["bot_id", "number"])
    if op.get_bind().dialect.name == "postgresql":
        for table in NEW_TABLES:
            for statement in guard_statements(table):
                op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("documents") as batch:
        batch.drop_index("ix_documents_source_id")
        batch.drop_constraint("fk_documents_source_id_sources", type_="foreignkey")
        batch.drop_column("source_id")
        batch.drop_column("started_at")
    with op.batch_alter_table("nlu_models") as batch:
        batch.drop_constraint("uq_nlu_models_bot_id_number", type_="unique")
        batch.drop_column("created_by")
    for table, column, _kind, _default in NEW_COLUMNS:
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
    for table in reversed(NEW_TABLES):
        op.drop_table(table)


def number_versions() -> None:
    """Count up within each bot, the oldest first: ids sort by time."""
    op.execute(
        "UPDATE nlu_models SET size = length(content), number = (SELECT count(*) FROM nlu_models AS older "
        "WHERE older.bot_id = nlu_models.bot_id AND older.id <= nlu_models.id)"
    )


def create_knowledge_tables() -> None:
    create_owned_table(
        "sources",
        child_of("knowledge_bases", "knowledge_base_id"),
        required("kind", sa.String(16)),
        required("url", sa.Text()),
        required("settings", Json),
        optional("interval_minutes", sa.Integer()),
        required("pages", Json),
        required("status", sa.String(16)),
        optional("error", sa.Text()),
        optional("fetched_at", Time),
        optional("next_fetch_at", Time),
        indexed=("knowledge_base_id", "next_fetch_at"),
    )
    create_owned_table(
        "faqs",
        child_of("knowledge_bases", "knowledge_base_id"),
        required("question", sa.Text()),
        required("alternatives", Json),
        required("answer", sa.Text()),
        required("language", sa.String(8)),
        required("tags", Json),
        required("is_enabled", sa.Boolean()),
        required("updated_at", Time),
        indexed=("knowledge_base_id",),
    )
    create_owned_table(
        "test_sets",
        child_of("knowledge_bases", "knowledge_base_id"),
        required("name", sa.String(200)),
        sa.UniqueConstraint("knowledge_base_id", "name"),
    )
    create_owned_table(
        "test_questions",
        child_of("test_sets", "test_set_id"),
        required("question", sa.Text()),
        required("language", sa.String(8)),
        required("expected", Json),
        required("is_draft", sa.Boolean()),
        indexed=("test_set_id",),
    )
    create_owned_table(
        "test_runs",
        child_of("test_sets", "test_set_id"),
        optional("job_id", sa.String(32)),
        required("status", sa.String(16)),
        required("settings", Json),
        required("metrics", Json),
        required("results", Json),
        indexed=("test_set_id",),
    )


def create_understanding_tables() -> None:
    create_owned_table(
        "regression_examples",
        child_of("bots", "bot_id"),
        required("text", sa.Text()),
        optional("intent", sa.String(100)),
        required("language", sa.String(8)),
        indexed=("bot_id",),
    )
    create_owned_table(
        "nlu_evaluations",
        child_of("bots", "bot_id"),
        optional("model_id", sa.String(32)),
        optional("job_id", sa.String(32)),
        required("kind", sa.String(16)),
        required("status", sa.String(16)),
        required("report", Json),
        indexed=("bot_id", "model_id"),
    )
    create_owned_table(
        "drift_reports",
        child_of("bots", "bot_id"),
        required("window_start", Time),
        required("window_end", Time),
        required("is_alert", sa.Boolean()),
        required("report", Json),
        indexed=("bot_id",),
    )
    create_owned_table(
        "message_clusters",
        child_of("bots", "bot_id"),
        required("title", sa.Text()),
        required("language", sa.String(8)),
        required("size", sa.Integer()),
        required("messages", Json),
        optional("suggestion", sa.String(100)),
        required("status", sa.String(16)),
        optional("assigned_intent", sa.String(100)),
        indexed=("bot_id",),
    )
