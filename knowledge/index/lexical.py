"""The lexical side of a knowledge base: an inverted index in memory, by tantivy.

Every word counts by how rare it is, in a title more than in the text, once more for being there at all; divided by what
a passage holding every word of the question could reach, so that the figure means the same for any question and any
size of knowledge base.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from knowledge.text.words import analyzer, index_form, query_words

_SMALLEST_HEAP = 15_000_000  # what tantivy asks for at least; it is given back after each commit
_LARGEST_HEAP = 120_000_000
# From so many passages on, words that only say how something is asked are not read: most passages hold them.
_LARGE, _LEAST_WEIGHT = 20_000, 0.5
_MOST_POSTINGS = 60_000  # of the words that passages are looked for by
_SATURATION = 2.2  # a BM25 term weight cannot exceed k1 + 1
# Every word is taken to stand in one passage of a hundred unseen ones. It keeps rarity meaningful in a knowledge base
# of three passages and is lost in the count of a large one.
_PRIOR_PASSAGES, _PRIOR_HOLDING = 100, 1


@dataclass(frozen=True, slots=True)
class LexicalMix:
    """What each kind of evidence counts; the sum of the three is the highest score."""

    body: float
    title: float
    presence: float


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """A chunk under a number from 1 that is never used again; `group` is the number of its document."""

    slot: int
    group: int
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class _AskedWord:
    """A word of the question that stands somewhere, with what it adds where it stands."""

    text: str
    body: float
    title: float
    presence: float
    postings: int


class LexicalQuery:
    """A question against one state of the index. Both searches give (slot, score), best first.

    Words that very many passages hold are read in those passages only that hold a rarer word of the question as well:
    they say little, and going through all of theirs would take as long as everything else together.
    """

    def __init__(
        self, searchers: Sequence[tantivy.Searcher], schema: tantivy.Schema, words: Mapping[str, float], mix: LexicalMix
    ) -> None:
        self._schema = schema
        self.weights = words
        count = sum(searcher.num_docs for searcher in searchers)
        held = {word: sum(searcher.doc_freq("body", word) for searcher in searchers) for word in words}
        titled = {word: sum(searcher.doc_freq("title", word) for searcher in searchers) for word in words}
        rarity = {word: _rarity(count, holding) for word, holding in held.items()}
        rarest = _rarity(count, 0)
        # 1 for a word that no passage holds; one in every title, such as a company's name, tells nothing.
        self.rarity = {word: min(one, _rarity(count, titled[word])) / rarest for word, one in rarity.items()}
        total = sum(weight * rarity[word] for word, weight in words.items()) or 1.0
        asked = [
            _AskedWord(
                text=word,
                body=mix.body * weight * rarity[word] / total / _SATURATION,
                title=mix.title * weight * _rarity(count, titled[word]) / total / _SATURATION,
                presence=mix.presence * weight * rarity[word] / total,
                postings=held[word] + titled[word],
            )
            for word, weight in words.items()
            if (held[word] or titled[word]) and (count < _LARGE or weight >= _LEAST_WEIGHT)
        ]
        asked.sort(key=lambda word: word.postings)
        leading, postings = 0, 0
        while leading < len(asked) and (not leading or postings + asked[leading].postings <= _MOST_POSTINGS):
            postings += asked[leading].postings
            leading += 1
        self._all_lead = leading == len(asked)
        # Each word's clauses, in every searcher that holds something.
        self._parts = [
            (searcher, [clause for word in asked[:leading] for clause in self._clauses(searcher, word)],
             [clause for word in asked[leading:] for clause in self._clauses(searcher, word)])
            for searcher in searchers
            if searcher.num_docs
        ]  # fmt: skip

    def best(self, limit: int, groups: Collection[int] | None = None) -> list[tuple[int, float]]:
        """The passages holding any word of the question, of these documents only where `groups` is given.

        A passage holding none but very frequent words may be left out.
        """
        if groups is not None and not groups:
            return []
        only = [] if groups is None else [self._only("group", groups)]
        found: list[tuple[int, float]] = []
        for searcher, leading, _ in self._parts:
            found += self._run(searcher, leading, only, limit if self._all_lead else 2 * limit)
        if not self._all_lead:
            found = list(self.among([slot for slot, _ in found]).items())
        return sorted(found, key=lambda hit: -hit[1])[:limit]

    def among(self, slots: Sequence[int]) -> dict[int, float]:
        """The scores of these passages; one without any word of the question is left out."""
        if not slots:
            return {}
        # One by one: a set of terms would be looked up by walking through the dictionary.
        named = [(Occur.Should, Query.term_query(self._schema, "slot", slot)) for slot in slots]
        only = [(Occur.Must, Query.const_score_query(Query.boolean_query(named), 0.0))]
        found: dict[int, float] = {}
        for searcher, leading, following in self._parts:
            found.update(self._run(searcher, [*leading, *following], only, len(slots)))
        return found

    def _clauses(self, searcher: tantivy.Searcher, word: _AskedWord) -> list[tuple[Occur, Query]]:
        count, found, either = searcher.num_docs, [], []
        for field, share in (("body", word.body), ("title", word.title)):
            holding = searcher.doc_freq(field, word.text)
            if holding:
                query = Query.term_query(self._schema, field, word.text, "freq")
                if share:  # reading what counts nothing takes as long
                    found.append((Occur.Should, Query.boost_query(query, share / _own_rarity(count, holding))))
                either.append((Occur.Should, query))
        if either:
            found.append((Occur.Should, Query.const_score_query(Query.boolean_query(either), word.presence)))
        return found

    def _only(self, field: str, values: Collection[int]) -> tuple[Occur, Query]:
        named = Query.term_set_query(self._schema, field, list(values))
        return Occur.Must, Query.const_score_query(named, 0.0)

    def _run(
        self,
        searcher: tantivy.Searcher,
        clauses: list[tuple[Occur, Query]],
        only: list[tuple[Occur, Query]],
        limit: int,
    ) -> list[tuple[int, float]]:
        if not clauses or limit < 1:
            return []
        hits = searcher.search(Query.boolean_query([*clauses, *only]), limit, count=False).hits
        slots = searcher.fast_field_values("slot", [address for _, address in hits])
        return [(int(slot), float(score)) for slot, (score, _) in zip(slots, hits, strict=True) if slot and score > 0]


class LexicalIndex:
    """Adds and removes without rebuilding. One writer at a time; queries go on beside it and see the last `publish`.

    With a folder it maps what lies there into memory and leaves it alone: what is written goes beside it, in memory,
    and what is removed from the folder's part is for the caller to leave out. With `writable` the folder itself is
    written to.
    """

    def __init__(self, folder: Path | None = None, *, writable: bool = False) -> None:
        """Raises ValueError when the folder holds no such index."""
        self._schema = _schema()
        self._rest: tantivy.Index | None = None
        self._rest_bytes = 0
        if folder is None:
            self._written = tantivy.Index(self._schema)
        elif writable:
            folder.mkdir(parents=True, exist_ok=True)
            self._written = tantivy.Index(self._schema, path=str(folder))
        else:
            self._rest = tantivy.Index.open(str(folder))
            self._rest_bytes = sum(file.stat().st_size for file in folder.iterdir())
            self._rest.config_reader("manual")
            self._written = tantivy.Index(self._schema)
        self._written.register_tokenizer("words", analyzer())
        self._written.config_reader("manual")
        self._searchers = self._current()
        self._characters = 0

    def write(self, entries: Sequence[LexicalEntry], removed: Sequence[int]) -> None:
        """Commits a change that queries do not see yet."""
        forms = [(entry, index_form(entry.title), index_form(entry.body)) for entry in entries]
        size = sum(len(title) + len(body) for _, title, body in forms)
        # The writer lives for this change only: a thousand small knowledge bases hold no thousand heaps.
        writer = self._written.writer(min(_LARGEST_HEAP, _SMALLEST_HEAP + 8 * size), 1)
        if removed:  # by query: deletion by term takes a number for a signed one, and finds nothing
            writer.delete_documents_by_query(Query.term_set_query(self._schema, "slot", list(removed)))
        for entry, title, body in forms:
            document = tantivy.Document()
            document.add_unsigned("slot", entry.slot)
            document.add_unsigned("group", entry.group)
            document.add_text("title", title)
            document.add_text("body", body)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._characters += size

    def publish(self) -> None:
        """Lets queries that start from now on see all that was written."""
        self._written.reload()
        self._searchers = self._current()

    def query(self, question: str, mix: LexicalMix) -> LexicalQuery:
        """The question against the state last published."""
        return LexicalQuery(self._searchers, self._schema, query_words(question), mix)

    @property
    def nbytes(self) -> int:
        """An estimate: postings take about as many bytes as the text has characters, of what was ever written."""
        return 20_000 + self._characters + self._rest_bytes

    def _current(self) -> list[tantivy.Searcher]:
        parts = [self._written] if self._rest is None else [self._rest, self._written]
        return [part.searcher() for part in parts]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("slot", indexed=True, fast=True)
    builder.add_unsigned_field("group", indexed=True)
    builder.add_text_field("title", tokenizer_name="words", index_option="freq")
    builder.add_text_field("body", tokenizer_name="words", index_option="freq")
    return builder.build()


def _rarity(count: int, holding: int) -> float:
    return _inverse_frequency(count + _PRIOR_PASSAGES, holding + _PRIOR_HOLDING)


def _own_rarity(count: int, holding: int) -> float:
    """What tantivy multiplies by, to be divided out. Its counts may still include removed passages."""
    return _inverse_frequency(max(count, holding), holding)


def _inverse_frequency(count: int, holding: int) -> float:
    return math.log(1 + (max(count - holding, 0) + 0.5) / (holding + 0.5))
