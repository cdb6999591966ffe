"""All tables of the first release, and on PostgreSQL the policies that keep tenants apart.

Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chatbot.foundation.database.owned_tables import Json, Time, child_of, create_owned_table, optional, required
from chatbot.foundation.database.row_security import guard_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# In the order of their foreign keys.
ACCOUNT_TABLES = ("users", "refresh_tokens", "api_keys")
BOT_TABLES = ("bots", "intent_examples", "bot_entities", "bot_flows", "nlu_models", "connections")
KNOWLEDGE_TABLES = ("knowledge_bases", "bot_knowledge_bases", "documents", "chunks", "chunk_vectors")
CONVERSATION_TABLES = ("conversations", "messages", "feedback", "idempotent_requests", "jobs")
OWNED_BY_TENANTS = ACCOUNT_TABLES + BOT_TABLES + KNOWLEDGE_TABLES + CONVERSATION_TABLES


def upgrade() -> None:
    op.create_table(
        "tenants",
        sa.Column("id", sa.String(32), primary_key=True),
        required("created_at", Time),
        required("slug", sa.String(63)),
        required("name", sa.String(200)),
        required("is_active", sa.Boolean()),
        sa.UniqueConstraint("slug"),
    )
    create_account_tables()
    create_bot_tables()
    create_knowledge_tables()
    create_conversation_tables()
    create_work_tables()
    if op.get_bind().dialect.name == "postgresql":
        for statement in guard_statements("tenants", column="id"):
            op.execute(statement)
        for table in OWNED_BY_TENANTS:
            for statement in guard_statements(table):
                op.execute(statement)


def downgrade() -> None:
    for table in reversed(OWNED_BY_TENANTS):
        op.drop_table(table)
    op.drop_table("tenants")


def create_account_tables() -> None:
    create_owned_table(
        "users",
        required("email", sa.String(254)),
        required("password_hash", sa.String(255)),
        required("name", sa.String(200)),
        required("role", sa.String(16)),
        required("is_active", sa.Boolean()),
        required("is_operator", sa.Boolean()),
        sa.UniqueConstraint("email"),
    )
    create_owned_table(
        "refresh_tokens",
        child_of("users", "user_id"),
        required("family_id", sa.String(32)),
        required("expires_at", Time),
        optional("used_at", Time),
        optional("revoked_at", Time),
        indexed=("user_id", "family_id"),
    )
    create_owned_table(
        "api_keys",
        required("name", sa.String(200)),
        required("prefix", sa.String(16)),
        required("secret_hash", sa.String(64)),
        required("scopes", Json),
        sa.Column("created_by", sa.String(32), sa.ForeignKey("users.id", ondelete="SET NULL")),
        optional("expires_at", Time),
        optional("revoked_at", Time),
        sa.UniqueConstraint("secret_hash"),
    )


def create_bot_tables() -> None:
    create_owned_table(
        "bots",
        required("name", sa.String(200)),
        required("default_language", sa.String(8)),
        required("is_default", sa.Boolean()),
        required("is_active", sa.Boolean()),
        required("greeting", Json),
        required("timezone", sa.String(64)),
        optional("answer_threshold", sa.Double()),
        required("widget_key", sa.String(64)),
        required("allowed_origins", Json),
        optional("active_model_id", sa.String(32)),
        required("revision", sa.Integer()),
        required("updated_at", Time),
        sa.UniqueConstraint("tenant_id", "name"),
        sa.UniqueConstraint("widget_key"),
    )
    create_owned_table(
        "intent_examples",
        child_of("bots", "bot_id"),
        required("intent", sa.String(100)),
        required("text", sa.Text()),
        required("language", sa.String(8)),
        indexed=("bot_id",),
    )
    for table in ("bot_entities", "bot_flows"):
        create_owned_table(
            table,
            child_of("bots", "bot_id"),
            required("name", sa.String(100)),
            required("definition", Json),
            sa.UniqueConstraint("bot_id", "name"),
        )
    create_owned_table(
        "nlu_models",
        child_of("bots", "bot_id"),
        required("data_hash", sa.String(64)),
        required("content", sa.LargeBinary()),
        required("metrics", Json),
        indexed=("bot_id",),
    )
    create_owned_table(
        "connections",
        required("name", sa.String(100)),
        required("kind", sa.String(32)),
        required("config", Json),
        required("encrypted_secrets", sa.Text()),
        required("revision", sa.Integer()),
        sa.UniqueConstraint("tenant_id", "name"),
    )


def create_knowledge_tables() -> None:
    create_owned_table(
        "knowledge_bases",
        required("name", sa.String(200)),
        required("description", sa.Text()),
        required("revision", sa.Integer()),
        required("purged_revision", sa.Integer()),
        sa.UniqueConstraint("tenant_id", "name"),
    )
    create_owned_table(
        "bot_knowledge_bases",
        child_of("bots", "bot_id"),
        child_of("knowledge_bases", "knowledge_base_id"),
        sa.UniqueConstraint("bot_id", "knowledge_base_id"),
        indexed=("knowledge_base_id",),
    )
    create_owned_table(
        "documents",
        child_of("knowledge_bases", "knowledge_base_id"),
        required("title", sa.String(500)),
        required("file_name", sa.String(255)),
        required("media_type", sa.String(100)),
        required("size", sa.Integer()),
        required("sha256", sa.String(64)),
        optional("url", sa.Text()),
        required("language", sa.String(8)),
        required("status", sa.String(16)),
        required("progress", sa.Double()),
        required("pages_done", sa.Integer()),
        required("pages_total", sa.Integer()),
        required("chunk_count", sa.Integer()),
        optional("error_code", sa.String(64)),
        optional("error", sa.Text()),
        required("updated_at", Time),
        indexed=("knowledge_base_id",),
    )
    create_owned_table(
        "chunks",
        child_of("knowledge_bases", "knowledge_base_id"),
        required("document_id", sa.String(32)),
        required("ordinal", sa.Integer()),
        required("text", sa.Text()),
        required("heading", sa.Text()),
        required("locator", Json),
        required("language", sa.String(8)),
        required("content_hash", sa.String(64)),
        required("revision", sa.Integer()),
        required("is_deleted", sa.Boolean()),
        sa.UniqueConstraint("document_id", "ordinal"),
        indexed=("document_id",),
    )
    op.create_index("ix_chunks_knowledge_base_id_revision", "chunks", ["knowledge_base_id", "revision"])
    create_owned_table(
        "chunk_vectors",
        child_of("chunks", "chunk_id"),
        required("space", sa.String(100)),
        required("vector", sa.LargeBinary()),
        sa.UniqueConstraint("chunk_id", "space"),
    )


def create_conversation_tables() -> None:
    create_owned_table(
        "conversations",
        child_of("bots", "bot_id"),
        required("user_id", sa.String(128)),
        required("session_id", sa.String(160)),
        required("channel", sa.String(32)),
        required("language", sa.String(8)),
        required("status", sa.String(16)),
        required("state", Json),
        required("message_count", sa.Integer()),
        required("updated_at", Time),
        sa.UniqueConstraint("tenant_id", "bot_id", "user_id", "session_id"),
        indexed=("bot_id", "updated_at"),
    )
    create_owned_table(
        "messages",
        child_of("conversations", "conversation_id"),
        required("ordinal", sa.Integer()),
        required("role", sa.String(16)),
        required("text", sa.Text()),
        optional("response", Json),
        optional("trace", Json),
        sa.UniqueConstraint("conversation_id", "ordinal"),
    )
    create_owned_table(
        "feedback",
        child_of("messages", "message_id"),
        required("rating", sa.String(8)),
        required("comment", sa.Text()),
        sa.UniqueConstraint("message_id"),
    )


def create_work_tables() -> None:
    create_owned_table(
        "idempotent_requests",
        required("caller", sa.String(80)),
        required("key", sa.String(255)),
        required("body_hash", sa.String(64)),
        optional("response", Json),
        required("expires_at", Time),
        sa.UniqueConstraint("tenant_id", "caller", "key"),
        indexed=("expires_at",),
    )
    create_owned_table(
        "jobs",
        required("kind", sa.String(32)),
        required("payload", Json),
        required("status", sa.String(16)),
        required("attempts", sa.Integer()),
        required("max_attempts", sa.Integer()),
        required("run_after", Time),
        optional("lease_owner", sa.String(64)),
        optional("lease_until", Time),
        required("progress", sa.Double()),
        optional("result", Json),
        optional("error_code", sa.String(64)),
        optional("error", sa.Text()),
        optional("finished_at", Time),
    )
    op.create_index("ix_jobs_status_run_after", "jobs", ["status", "run_after"])
