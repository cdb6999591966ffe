"""Passwords, hashed."""

from __future__ import annotations

import asyncio
import secrets
from functools import cached_property

from passlib.context import CryptContext


class Passwords:
    """Argon2id, off the event loop, a few at a time since each takes 19 MiB."""

    def __init__(self, *, at_once: int = 4) -> None:
        self._context = CryptContext(
            schemes=["argon2"], argon2__memory_cost=19 * 1024, argon2__time_cost=2, argon2__parallelism=1
        )
        self._turns = asyncio.Semaphore(at_once)

    async def hash(self, password: str) -> str:
        async with self._turns:
            return str(await asyncio.to_thread(self._context.hash, password))

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Without a hash (nobody has that e-mail address) it takes as long and answers False."""
        async with self._turns:
            return await asyncio.to_thread(self._verify, password, password_hash)

    def _verify(self, password: str, password_hash: str | None) -> bool:
        if password_hash is None or not self._context.identify(password_hash):
            self._context.verify(password, self._nobodys_hash)
            return False
        try:
            return bool(self._context.verify(password, password_hash))
        except ValueError:  # a damaged hash matches nothing
            return False

    @cached_property
    def _nobodys_hash(self) -> str:
        return str(self._context.hash(secrets.token_urlsafe(16)))
