"""Closes what the tests of connectors open."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.connectors.clients import OPENED


@pytest.fixture(autouse=True)
async def clients_are_closed() -> AsyncIterator[None]:
    """An open connection would be a warning, and warnings are errors."""
    yield
    while OPENED:
        await OPENED.pop().aclose()
