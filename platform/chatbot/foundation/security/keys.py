"""Secrets that we make: API keys and widget keys."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

API_KEY_PREFIX = "ecp_"


@dataclass(frozen=True, slots=True)
class ApiKeySecret:
    """A new key: `secret` is shown once, `prefix` in lists, and `digest` is all that is kept."""

    secret: str
    prefix: str
    digest: str


def new_api_key() -> ApiKeySecret:
    secret = API_KEY_PREFIX + secrets.token_urlsafe(32)
    return ApiKeySecret(secret, secret[:12], api_key_digest(secret))


def api_key_digest(secret: str) -> str:
    """SHA-256 in hex: with 256 random bits a slow hash adds nothing, and a look-up by digest tells no prefix."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def new_widget_key() -> str:
    """Public: it names a bot, and works only from the origins that the bot lists."""
    return "wk_" + secrets.token_urlsafe(24)
