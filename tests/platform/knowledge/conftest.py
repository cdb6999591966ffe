"""A knowledge stack over each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.database import Database
from tests.platform.knowledge.knowledge_stack import KnowledgeStack, knowledge_stack


@pytest.fixture
async def stack(database: Database, tmp_path: Path) -> AsyncIterator[KnowledgeStack]:
    async with knowledge_stack(database, tmp_path) as stack:
        yield stack
