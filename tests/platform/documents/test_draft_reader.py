"""A file as batches of chunks."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.documents.indexing.draft_reader import DraftBatch, DraftReader
from knowledge.chunking import ChunkSettings
from knowledge.limits import ParseLimits
from tests import factories_documents as make

PAGES = 9


@pytest.fixture
def path(tmp_path: Path) -> Path:
    pages = [[f"# Rule {n}", f"Employees of department {n} have {n + 10} days of leave a year."] for n in range(PAGES)]
    return make.write(tmp_path, "stored", make.pdf_of_pages(pages))


def batches(path: Path, count: int, *, longest_wait: float) -> list[DraftBatch]:
    reader = DraftReader(
        path, "rules.pdf", settings=ChunkSettings(min_tokens=0), limits=ParseLimits(), longest_wait=longest_wait
    )
    try:
        found = [reader.take(count)]
        while not found[-1].is_last:
            found.append(reader.take(count))
    finally:
        reader.close()
    return found


def test_chunks_that_come_slowly_are_not_kept_waiting_for_a_full_batch(path: Path) -> None:
    slow = batches(path, 100, longest_wait=0.0)  # as if every page took its time
    assert [len(batch.drafts) for batch in slow] == [1] * PAGES
    assert [batch.pages_done for batch in slow] == list(range(1, PAGES + 1))
    assert [batch.progress for batch in slow] == sorted(batch.progress for batch in slow)


def test_how_chunks_are_batched_changes_none_of_them(path: Path) -> None:
    everything = [draft for batch in batches(path, 100, longest_wait=60.0) for draft in batch.drafts]
    assert [draft.ordinal for draft in everything] == list(range(PAGES))
    for count, wait in ((4, 60.0), (100, 0.0)):
        assert [draft for batch in batches(path, count, longest_wait=wait) for draft in batch.drafts] == everything
