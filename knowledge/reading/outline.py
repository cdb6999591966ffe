"""Gathers blocks of text under the headings they stand below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from knowledge.document import Locator, Section

MAX_HEADING = 200  # characters; what is longer is a paragraph dressed up as a heading


class Outline:
    """Feed it headings and blocks in reading order; `sections()` gives what they make."""

    def __init__(self, base: Locator = Locator()) -> None:
        self._base = base
        self._path: list[tuple[int, str]] = []
        self._blocks: list[str] = []
        self._done: list[Section] = []

    @property
    def heading(self) -> tuple[str, ...]:
        """The path of the heading in force."""
        return tuple(title for _, title in self._path)

    def head(self, level: int, title: str, *, shown: str | None = None) -> None:
        """Begin a heading; `shown` is how it stands in the text, if not as `title` ("": not at all)."""
        if not title:
            return
        if len(title) > MAX_HEADING:
            self.add(title if shown is None else shown)
            return
        self._flush()
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, title))
        self.add(title if shown is None else shown)

    def add(self, block: str) -> None:
        """Add a paragraph, list or table to the section in force."""
        if block:
            self._blocks.append(block)

    def move(self, base: Locator) -> None:
        """Go to another page, sheet or slide; the heading stays in force."""
        self._flush()
        self._base = base

    def sections(self) -> Iterator[Section]:
        """What was gathered since the last call."""
        self._flush()
        done, self._done = self._done, []
        yield from done

    def _flush(self) -> None:
        if self._blocks:
            locator = replace(self._base, heading=self.heading)
            self._done.append(Section("\n\n".join(self._blocks), locator))
            self._blocks = []
