"""Secrets of connections, encrypted at rest."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken

from chatbot.foundation.errors import ServiceUnavailable


class SecretBox:
    """Encrypts the secrets of connections (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, fernet_key: str) -> None:
        self._fernet = Fernet(fernet_key)

    def seal_mapping(self, values: Mapping[str, str]) -> str:
        """The empty text for no secrets."""
        return self._fernet.encrypt(json.dumps(dict(values)).encode()).decode() if values else ""

    def open_mapping(self, sealed: str) -> dict[str, str]:
        """Raises ServiceUnavailable when the encryption key is not the one that sealed."""
        if not sealed:
            return {}
        try:
            values = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise ServiceUnavailable("Stored secrets cannot be read: the encryption key has changed.") from error
        return {str(name): str(value) for name, value in values.items()}
