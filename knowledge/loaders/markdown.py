"""Markdown: made HTML and read as such, under its headings; they keep their `#` in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from knowledge.document import LoadedPart, StoredFile
from knowledge.limits import ParseLimits
from knowledge.reading.charset import decode, read_bytes
from knowledge.reading.cleaning import clean, join_lines, one_line
from knowledge.reading.html_content import read_html
from knowledge.reading.outline import Outline

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
# In a sentence <select> is as often a word as the beginning of an element that is left out.
_BARE_TAG = re.compile(r"<(?!br\b|script\b|style\b|template\b)\w[\w-]*/?>", re.IGNORECASE)
# CommonMark takes no stars for emphasis between a sign and a letter, as Chinese often has them: **注意：**请
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]+)\*\*")


class MarkdownLoader:
    """Reads .md and .markdown."""

    media_types: tuple[str, ...] = ("text/markdown", "text/x-markdown")
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        title, text = _front_matter(clean(decode(read_bytes(file, limits=limits))))
        outline = _MarkedOutline()
        read_html(_PAGES.render(text), outline, limits=limits)
        yield LoadedPart(tuple(outline.sections()), 1, 1, title=title or outline.title)


class _MarkedOutline(Outline):
    """Shows headings as Markdown writes them; `title` is the first of the highest level."""

    title: str | None = None

    def head(self, level: int, title: str, *, shown: str | None = None) -> None:
        super().head(level, title, shown=f"{'#' * level} {title}" if shown is None else shown)
        if self.title is None and level == 1:
            self.title = title


def _reworded(state: StateCore) -> None:
    """Signs of the text that only HTML would lose or misread."""
    for token in state.tokens:
        pieces = token.children or []
        starred: list[str] = []
        for at, piece in enumerate(pieces):
            before = pieces[at - 1].content[-1:] if at else ""
            if piece.type == "text":
                piece.content = _STRONG.sub(r"\1", piece.content)
            elif piece.type == "html_inline":
                piece.content = _BARE_TAG.sub("", piece.content)
            elif piece.type == "image":
                piece.type = "text"
            elif piece.type == "softbreak":
                after = pieces[at + 1].content[:1]
                piece.type, piece.content = "text", join_lines(before, after)[1:-1] if before and after else " "
            elif piece.type == "em_open":
                starred.append("*" if before.isascii() and before.isalnum() else "")  # 2*3*4
                piece.type, piece.content = "text", starred[-1]
            elif piece.type == "em_close":
                piece.type, piece.content = "text", starred.pop()


_PAGES = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
_PAGES.core.ruler.push("reworded", _reworded)


def _front_matter(text: str) -> tuple[str | None, str]:
    found = _FRONT_MATTER.match(text)
    if not found:
        return None, text
    title = _FRONT_TITLE.search(found.group(1))
    return (one_line(title.group(1)) if title else None), text[found.end() :]
