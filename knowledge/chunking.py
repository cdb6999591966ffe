"""Sections to chunks: whole sentences under one heading, within a budget of tokens."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.document import ChunkDraft, Locator, Section
from knowledge.reading.cleaning import is_wide, join_lines
from knowledge.text.sentences import sentence_spans
from knowledge.text.tokens import estimate_tokens

STRATEGIES = ("headings", "fixed", "rows")
_CLAUSE = re.compile(r"[^，,；;：:、\s]*[，,；;：:、\s]*")
_COMPLETE = tuple("。！？；…”」』）.!?;:：\"')]")
_HALF = 0.5  # of the budget: a chunk this full ends before a paragraph that no longer fits whole
_TAIL = 1.15  # of the budget: what a chunk may hold if that spares a crumb of its own
_CRUMB = 24  # tokens


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """Budgets in estimated tokens, for the text alone: leave the model's window room for title and heading path."""

    max_tokens: int = 200
    overlap_tokens: int = 30  # repeated, in whole sentences, when a paragraph must be cut
    min_tokens: int = 16  # sections below are joined with their neighbour
    strategy: str = "headings"  # a chunk has one heading; "fixed": headings part nothing; "rows": a line is a chunk

    def __post_init__(self) -> None:
        if self.strategy not in STRATEGIES:
            raise ValueError(f"strategy must be one of {', '.join(STRATEGIES)}")
        if not 0 <= self.overlap_tokens < self.max_tokens or self.min_tokens > self.max_tokens:
            raise ValueError("overlap_tokens and min_tokens must lie below max_tokens")


@dataclass(slots=True)
class _Unit:
    """A sentence, with what parts it from the one before: nothing or a space, a line break, a blank line."""

    text: str
    glue: str
    tokens: int
    locator: Locator


def chunk(
    sections: Iterable[Section],
    *,
    language_of: Callable[[str], str],
    settings: ChunkSettings = ChunkSettings(),
    start_ordinal: int = 0,
) -> Iterator[ChunkDraft]:
    """Yield chunks as soon as they are full, so that a long document's first pages are searchable while it is read.

    Deterministic. A chunk's locator is where it starts, and how it goes on; it counts as recognised if any of it is.
    Sections of several pages under one heading flow together, and a heading without text of its own goes with what
    follows it.
    """
    if settings.strategy == "rows":
        yield from _rows(sections, language_of, settings, start_ordinal)
        return
    if settings.strategy == "fixed":
        sections = (replace(section, locator=replace(section.locator, heading=())) for section in sections)
    ordinal = start_ordinal
    written: Counter[str] = Counter()
    for units in _groups(sections, settings):
        for packed in _packed(units, settings):
            draft = _draft(packed, ordinal, language_of)
            written[draft.language] += sum(unit.tokens for unit in packed)
            yield _in_its_document(draft, written)
            ordinal += 1


def _rows(
    sections: Iterable[Section], language_of: Callable[[str], str], settings: ChunkSettings, start_ordinal: int
) -> Iterator[ChunkDraft]:
    """Each line by itself, save headings, which the locator names; one that is too long is cut as any text is."""
    settings, ordinal = replace(settings, strategy="headings"), start_ordinal
    for section in sections:
        for line in section.text.splitlines():
            if line.lstrip("# ").strip() not in ("", *section.locator.heading[-1:]):
                alone = [replace(section, text=line)]
                for draft in chunk(alone, language_of=language_of, settings=settings, start_ordinal=ordinal):
                    yield draft
                    ordinal += 1


def _in_its_document(draft: ChunkDraft, written: Mapping[str, int]) -> ChunkDraft:
    """A piece of code or an English table amid Chinese text counts as Chinese: it is asked for in Chinese."""
    return replace(draft, language="zh") if written["zh"] > written["en"] else draft


def _draft(units: list[_Unit], ordinal: int, language_of: Callable[[str], str]) -> ChunkDraft:
    # Where tiny sections were joined, the heading is that of most of the text; the place is where it starts.
    weights: dict[tuple[str, ...], int] = {}
    for unit in reversed(units):
        weights[unit.locator.heading] = weights.get(unit.locator.heading, 0) + unit.tokens
    recognised = any(unit.locator.recognised for unit in units)
    heading = max(weights, key=lambda heading: weights[heading])
    locator = replace(units[0].locator, heading=heading, recognised=recognised)
    told = _after_headings(units, locator)
    locator = replace(locator, page=told[0].locator.page, row=told[0].locator.row)
    text = "".join(unit.glue * (position > 0) + unit.text for position, unit in enumerate(told))
    locator = replace(locator, breaks=_breaks(told, locator))
    identity = "\x1f".join((*locator.heading, "", text))
    return ChunkDraft(ordinal, text, locator, language_of(text), hashlib.sha256(identity.encode()).hexdigest())


def _breaks(units: Sequence[_Unit], locator: Locator) -> tuple[tuple[int, int], ...]:
    """Where in their joined text another page or row begins than the one before, and which."""
    found: list[tuple[int, int]] = []
    length, number = 0, locator.page if locator.row is None else locator.row
    for position, unit in enumerate(units):
        length += len(unit.glue) * (position > 0)
        own = unit.locator.page if locator.row is None else unit.locator.row
        if own is not None and own != number:
            found.append((length, own))
            number = own
        length += len(unit.text)
    return tuple(found)


def _after_headings(units: list[_Unit], locator: Locator) -> list[_Unit]:
    """Without the headings it begins with, which the locator names; a heading alone stays."""
    first = 0
    while first < len(units) - 1 and units[first].text.lstrip("# ") in locator.heading:
        first += 1
    return units[first:]


def _is_heading(unit: _Unit) -> bool:
    heading = unit.locator.heading
    return bool(heading) and unit.text.lstrip("# ").endswith(heading[-1])


def _groups(sections: Iterable[Section], settings: ChunkSettings) -> Iterator[Iterator[_Unit]]:
    """Runs of units that may share a chunk. Each run is to be exhausted before the next is asked for."""
    incoming = _Lookahead(sections)
    while incoming.current is not None:
        yield _run(incoming, incoming.current, settings)


class _Lookahead:
    """Sections one at a time, with the next in sight."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self._rest = (section for section in sections if section.text.strip())
        self.current: Section | None = next(self._rest, None)

    def advance(self) -> Section | None:
        self.current = next(self._rest, None)
        return self.current


def _run(incoming: _Lookahead, section: Section, settings: ChunkSettings) -> Iterator[_Unit]:
    held: _Unit | None = None  # the last unit, which the next page may go on with
    tokens = 0
    while section is not None:
        for unit in _units(section, settings.max_tokens):
            tokens += unit.tokens
            if held is not None and unit.glue == "\n\n" and _goes_on(held, unit):
                joined = join_lines(held.text, unit.text)
                unit = _Unit(joined, held.glue, estimate_tokens(joined), held.locator)
            elif held is not None:
                yield held
            held = unit
        following = incoming.advance()
        if following is None or not _belongs(section, following, tokens, settings):
            break
        if following.locator.heading != section.locator.heading:
            tokens = 0
        section = following
    if held is not None:
        yield held


def _belongs(section: Section, following: Section, tokens: int, settings: ChunkSettings) -> bool:
    """Whether the next section continues this one or, this one being tiny, is joined with it."""
    here, there = section.locator, following.locator
    if (here.sheet, here.slide) != (there.sheet, there.slide):
        return False
    bare = section.text.lstrip("# ") == (here.heading[-1] if here.heading else "")
    if here.recognised != there.recognised and not bare:  # the mark is to say which text may hold mistakes
        return False
    if here.heading == there.heading:
        return True
    inside = there.heading[: len(here.heading)] == here.heading
    siblings = here.heading[:-1] == there.heading[: len(here.heading) - 1]
    return (bare and (inside or siblings)) or (tokens < settings.min_tokens and inside)


def _goes_on(held: _Unit, unit: _Unit) -> bool:
    """Whether a page break has cut a sentence in two."""
    if (
        held.locator.page == unit.locator.page
        or held.text.endswith(_COMPLETE)
        or _is_heading(held)
        or _is_heading(unit)
    ):
        return False
    return unit.text[0].islower() or (is_wide(held.text[-1]) and is_wide(unit.text[0]) and len(held.text) > 8)


def _units(section: Section, limit: int) -> Iterator[_Unit]:
    text = section.text
    end = 0
    for start, stop in sentence_spans(text):
        between = text[end:start]
        glue = "\n\n" if end == 0 or between.count("\n") > 1 else "\n" if "\n" in between else " " if between else ""
        for position, piece in enumerate(_pieces(text[start:stop], limit)):
            yield _Unit(piece, "" if position else glue, estimate_tokens(piece), section.locator)
        end = stop


def _pieces(sentence: str, limit: int) -> Iterator[str]:
    """The sentence itself, or, if it alone is over the budget, its clauses, or cuts where there are none."""
    if estimate_tokens(sentence) <= limit:
        yield sentence
        return
    piece, tokens = "", 0
    for clause in _CLAUSE.findall(sentence):
        size = estimate_tokens(clause)
        if piece and tokens + size > limit:
            yield piece
            piece, tokens = "", 0
        while size > limit:
            cut = max(1, len(clause) * limit // (size + 1))
            yield clause[:cut]
            clause = clause[cut:]
            size = estimate_tokens(clause)
        piece, tokens = piece + clause, tokens + size
    if piece.strip():
        yield piece


def _packed(units: Iterable[_Unit], settings: ChunkSettings) -> Iterator[list[_Unit]]:
    """Fill chunks in turn. The last full one is held back until it is known that no crumb follows."""
    ready: list[_Unit] = []
    fresh = 0  # units of the chunk under way that are no overlap
    current: list[_Unit] = []
    for block in _blocks(units):
        size = sum(unit.tokens for unit in block)
        filled = sum(unit.tokens for unit in current)
        if (
            filled >= _HALF * settings.max_tokens
            and filled + size > settings.max_tokens
            and size <= settings.max_tokens
        ):
            if ready:
                yield ready
            ready, current, fresh = current, [], 0
        for unit in block:
            if fresh and sum(one.tokens for one in current) + unit.tokens > settings.max_tokens:
                if ready:
                    yield ready
                ready = current
                current, fresh = _overlap(current, unit, settings), 0
            current.append(unit)
            fresh += 1
    added = current[len(current) - fresh :]
    crumb = sum(unit.tokens for unit in added)
    if ready and crumb < _CRUMB and crumb + sum(unit.tokens for unit in ready) <= _TAIL * settings.max_tokens:
        yield ready + added
        return
    if ready:
        yield ready
    if current:
        yield current


def _blocks(units: Iterable[_Unit]) -> Iterator[list[_Unit]]:
    """Paragraphs; a heading goes with the paragraph below it."""
    block: list[_Unit] = []
    for unit in units:
        if block and unit.glue == "\n\n" and not all(map(_is_heading, block)):
            yield block
            block = []
        block.append(unit)
    if block:
        yield block


def _overlap(chunked: list[_Unit], following: _Unit, settings: ChunkSettings) -> list[_Unit]:
    """The last sentences before a cut within a paragraph; rows and items stand on their own."""
    if "\n" in following.glue:
        return []
    kept: list[_Unit] = []
    room = min(settings.overlap_tokens, settings.max_tokens - following.tokens)
    for unit in reversed(chunked):
        room -= unit.tokens
        if room < 0:
            break
        kept.insert(0, unit)
        if "\n" in unit.glue:
            break
    return kept
