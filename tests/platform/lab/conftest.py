"""A laboratory over each database."""

from __future__ import annotations

import pytest

from tests.platform.documents.knowledge_client import KnowledgeClient
from tests.platform.lab.lab_client import CANTEEN, LEAVE, PARKING, LabClient, lab_over


@pytest.fixture
async def lab(knowledge: KnowledgeClient) -> LabClient:
    return await lab_over(knowledge, leave=LEAVE, canteen=CANTEEN, parking=PARKING)
