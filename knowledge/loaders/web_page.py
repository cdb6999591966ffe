"""HTML pages: what a reader sees of the main content, under its headings."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.document import LoadedPart, StoredFile
from knowledge.limits import ParseLimits
from knowledge.reading.charset import decode_html, read_bytes
from knowledge.reading.html_content import read_html
from knowledge.reading.outline import Outline


class WebPageLoader:
    """Reads .html, .htm and .xhtml."""

    media_types: tuple[str, ...] = ("text/html", "application/xhtml+xml")
    suffixes: tuple[str, ...] = (".html", ".htm", ".xhtml")

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        outline = Outline()
        title = read_html(decode_html(read_bytes(file, limits=limits)), outline, limits=limits)
        yield LoadedPart(tuple(outline.sections()), pages_done=1, pages_total=1, title=title)
