"""A tenant's configured connector."""

from __future__ import annotations

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.models.base import Base, JsonColumn, TenantOwned


class Connection(TenantOwned, Base):
    """`encrypted_secrets` is Fernet over JSON {name: value}; secrets never leave the server again."""

    __tablename__ = "connections"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(32))
    config: Mapped[dict[str, object]] = mapped_column(JsonColumn)
    encrypted_secrets: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
