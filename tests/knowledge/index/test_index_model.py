"""Any history of an index against a plain list: edits, restarts, snapshots, purges, and queries beside them."""

from __future__ import annotations

import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from knowledge.index import KnowledgeIndex
from knowledge.index.fusion import fitted_fusion
from knowledge.index.lexical import LexicalIndex
from knowledge.retrieval import VectorStore
from knowledge.vector_stores.faiss_store import FaissStore
from knowledge.vector_stores.sealed_vectors import FormSizes
from tests.knowledge.hashed_words import hashed_pair, indexed
from tests.knowledge.shared_store import SharedInMemory

WORDS = ("leave", "password", "refund", "invoice", "parking", "年假", "报销")
EMBEDDER, FUSION = hashed_pair(), fitted_fusion()
CHUNKS = {
    (number, word): indexed(
        EMBEDDER,
        f"{number:032x}" if number % 2 else f"chunk {number}",
        f"{word} rules" if word.isascii() else f"{word}规定",
        document=f"document {number % 3}",
        language="en" if word.isascii() else "zh",
    )
    for number in range(24)
    for word in WORDS
}
EDITS = st.dictionaries(st.integers(0, 23), st.sampled_from(WORDS), max_size=12)
REMOVALS = st.sets(st.integers(0, 23), max_size=6)


@dataclass
class Row:
    """What the database holds of a chunk; `word` is None once it is deleted."""

    word: str | None
    revision: int


class IndexHistory(RuleBasedStateMachine):
    """The rules are what happens to an installation; the invariant is what its users see."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="index-history-"))
        self.rows: dict[int, Row] = {}
        self.revision = self.purged = 0
        self.snapshots: list[Path] = []
        self.index = self.made()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def store(self) -> VectorStore:
        return FaissStore(FormSizes(bytes_from=6, lists_from=14))

    def made(self, words: Path | None = None, *, writable: bool = False) -> KnowledgeIndex:
        lexical = LexicalIndex(words, writable=writable)
        return KnowledgeIndex("acme/base/passage", EMBEDDER, self.store(), FUSION, lexical=lexical)

    @rule(edits=EDITS, removals=REMOVALS)
    def change(self, edits: dict[int, str], removals: set[int]) -> None:
        """While others ask: each answer is of the revision before or of the one after."""
        before = self.bounds()
        self.revision += 1
        for number, word in edits.items():
            self.rows[number] = Row(word, self.revision)
        for number in removals & self.rows.keys():
            self.rows[number] = Row(None, self.revision)
        allowed = (before, self.bounds())
        seen: list[set[str]] = []
        over = threading.Event()

        def ask() -> None:
            while not over.is_set():
                seen.append(self.found("leave rules"))

        asking = threading.Thread(target=ask)
        if not self.index_is_shared():  # there the vectors change a moment before the rest
            asking.start()
        self.catch_up(self.index)
        over.set()
        if asking.ident is not None:
            asking.join()
        assert all(any(least <= one <= most for least, most in allowed) for one in seen)

    @rule()
    def restart(self) -> None:
        """From the newest snapshot, if one can be caught up; else from the rows, in two parts."""
        newest = self.snapshots[-1] if self.snapshots else None
        if newest is not None and int(newest.name) >= self.purged:
            self.index = self.made(newest / "words")
            self.index.load(newest)
            self.catch_up(self.index)
            return
        self.index = self.made()
        live = [CHUNKS[number, row.word] for number, row in self.rows.items() if row.word is not None]
        self.index.apply(live[:5], [], revision=self.revision, more=True)
        self.index.apply(live[5:], [], revision=self.revision)

    @precondition(lambda self: self.revision > 0)
    @rule()
    def save(self) -> None:
        """A snapshot from the one before and the rows since; it takes the place of what is in memory."""
        target = self.folder / str(self.revision)
        if target.exists():
            return
        target.mkdir()
        former = self.snapshots[-1] if self.snapshots and int(self.snapshots[-1].name) >= self.purged else None
        if former is not None:
            shutil.copytree(former / "words", target / "words")
        writable = self.made(target / "words", writable=True)
        if former is not None:
            writable.load(former, writable=True)
        self.catch_up(writable)
        writable.settle()
        writable.save(target)
        self.snapshots.append(target)
        self.index = self.made(target / "words")
        self.index.load(target)

    @rule()
    def purge(self) -> None:
        """Deleted rows leave the database; an index that has not seen them go must not be caught up."""
        gone = [number for number, row in self.rows.items() if row.word is None]
        self.purged = max([self.purged, *(self.rows.pop(number).revision for number in gone)])

    @invariant()
    def exactly_what_the_rows_say_is_found(self) -> None:
        assert self.index.revision == self.revision
        least, most = self.bounds()
        assert len(self.index) == len(most)
        assert least <= self.found("leave rules") <= most
        for word in ("leave", "年假"):
            holding = {self.chunk_id(n) for n, row in self.rows.items() if row.word == word}
            language = "en" if word.isascii() else "zh"
            hits = self.index.search(word, language=language, limit=24)
            assert {hit.chunk_id for hit in hits if hit.lexical > 0} == holding
            best = {hit.chunk_id for hit in hits[: len(holding)]}
            assert best == holding

    @invariant()
    def a_search_among_documents_finds_only_theirs(self) -> None:
        hits = self.index.search("leave rules", language="en", limit=50, document_ids={"document 1", "nobody"})
        assert {hit.chunk_id for hit in hits} <= {self.chunk_id(n) for n in self.rows if n % 3 == 1}

    def bounds(self) -> tuple[set[str], set[str]]:
        """What an English question finds at least, and at most: Chinese is read when nothing English is sure."""
        live = {self.chunk_id(n): row.word for n, row in self.rows.items() if row.word is not None}
        return {one for one, word in live.items() if word.isascii()}, set(live)

    def found(self, question: str) -> set[str]:
        hits = self.index.search(question, language="en", limit=50)
        return {hit.chunk_id for hit in hits}

    def catch_up(self, index: KnowledgeIndex) -> None:
        rows = {number: row for number, row in self.rows.items() if row.revision > index.revision}
        changed = [CHUNKS[number, row.word] for number, row in rows.items() if row.word is not None]
        deleted = [self.chunk_id(number) for number, row in rows.items() if row.word is None]
        index.apply(changed, deleted, revision=self.revision)

    def index_is_shared(self) -> bool:
        return False

    @staticmethod
    def chunk_id(number: int) -> str:
        return CHUNKS[number, WORDS[0]].chunk_id


class SharedIndexHistory(IndexHistory):
    """The same with the vectors elsewhere, where they outlive every restart."""

    def __init__(self) -> None:
        self.server = SharedInMemory()
        super().__init__()

    def store(self) -> VectorStore:
        return self.server

    def index_is_shared(self) -> bool:
        return True


BOUNDS = settings(max_examples=25, stateful_step_count=14, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TestIndexHistory = IndexHistory.TestCase
TestIndexHistory.settings = BOUNDS
TestSharedIndexHistory = SharedIndexHistory.TestCase
TestSharedIndexHistory.settings = BOUNDS
