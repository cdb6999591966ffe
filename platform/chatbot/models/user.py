"""People who sign in, and the refresh tokens they hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.models.base import Base, TenantOwned, UtcDateTime


class User(TenantOwned, Base):
    """`email` is lower case and unique over all tenants: it alone names who signs in."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[str] = mapped_column(String(16))  # owner, admin, editor, agent, viewer
    is_active: Mapped[bool] = mapped_column(default=True)
    is_operator: Mapped[bool] = mapped_column(default=False)  # may manage tenants


class RefreshToken(TenantOwned, Base):
    """One issued refresh token; `id` is its jti. A family is one sign-in: reuse of a used token revokes the family."""

    __tablename__ = "refresh_tokens"

    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[str] = mapped_column(String(32), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
