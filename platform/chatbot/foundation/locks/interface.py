"""The contract both kinds of locks keep."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Locks(Protocol):
    """Fair: whoever asked first for a key holds it first."""

    def hold(self, key: str, *, timeout_s: float) -> AbstractAsyncContextManager[None]:
        """Hold `key` for the block; raises ServiceUnavailable when it is not free within `timeout_s`."""
        ...

    async def close(self) -> None: ...
