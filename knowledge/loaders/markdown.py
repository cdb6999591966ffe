"""Markdown: heading path, tables whose rows keep their header, code as it stands, no markup of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.document import LoadedPart, StoredFile
from knowledge.limits import ParseLimits
from knowledge.reading.charset import decode, read_bytes
from knowledge.reading.cleaning import clean, join_lines, one_line
from knowledge.reading.outline import Outline
from knowledge.reading.tables import table_lines

_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"^[ \t]*([-*+]|\d{1,9}[.)])[ \t]+(.*)$")
_QUOTE = re.compile(r"^ {0,3}(?:>[ \t]?)+")
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_INVISIBLE_HTML = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_HIDDEN_HTML = re.compile(
    r"<(\w+)\b[^<>]*?(?:\bhidden\b|display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0)[^<>]*>.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_IMAGE = re.compile(r"!\[([^\]\[]*)\](?:\([^()\s]*(?:\s+\"[^\"]*\")?\)|\[[^\]\[]*\])")
_LINK = re.compile(
    r"\[([^\]\[]+)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)?(?:\s+\"[^\"]*\")?\)|\[([^\]\[]*[^\]\[\d][^\]\[]*)\]\[[^\]\[]*\]"
)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\[^]+\]:\s+\S+.*$")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_CODE = re.compile(r"(`+)(.+?)\1")
_SHELF = "\uf8fe"  # private use: stands for code while hidden elements are taken out
_SHELVED = re.compile(f"{_SHELF}(\\d+){_SHELF}")
_ANY_CODE = re.compile(
    r"^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)|(?<!`)(`+)(?!`)[^\n]+?(?<!`)\2(?!`)",
    re.DOTALL | re.MULTILINE,
)
_PRIVATE = 0xE000  # escaped signs wait here until the others have done their work
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1|(?<!\w)(_{1,3})(?=\S)([^\n]+?)(?<=\S)\3(?!\w)|(\*\*)([^*\n]+)\5"
)
_ESCAPED = re.compile("[\ue021-\ue07e]")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


class MarkdownLoader:
    """Reads .md and .markdown."""

    media_types: tuple[str, ...] = ("text/markdown", "text/x-markdown")
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        text = clean(decode(read_bytes(file, limits=limits)))
        title, text = _front_matter(text)
        reader = _Reader()
        reader.read(text)
        yield LoadedPart(tuple(reader.outline.sections()), 1, 1, title=title or reader.title)


def _front_matter(text: str) -> tuple[str | None, str]:
    found = _FRONT_MATTER.match(text)
    if not found:
        return None, text
    title = _FRONT_TITLE.search(found.group(1))
    return (one_line(title.group(1)) if title else None), text[found.end() :]


class _Reader:
    """Walks the lines once; `_lines` holds the paragraph under way, `_items` the list under way."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.title: str | None = None
        self._lines: list[str] = []
        self._fence: str | None = None
        self._code: list[str] = []

    def read(self, text: str) -> None:
        for line in _without_hidden(text).split("\n"):
            self._line(line.expandtabs(4))
        if self._code:
            self.outline.add("\n".join(self._code))
        self._flush()

    def _line(self, line: str) -> None:
        if self._fence is not None:
            self._code_line(line, self._fence)
            return
        line = _QUOTE.sub("", line)
        if fence := _FENCE.match(line):
            self._flush()
            self._fence = fence.group(1)
        elif heading := _HEADING.match(line):
            self._flush()
            self._head(len(heading.group(1)), heading.group(2) or "")
        elif (setext := _SETEXT.match(line)) and self._lines and not _ITEM.match(self._lines[-1]):
            title, self._lines = " ".join(self._lines), []
            self._head(1 if setext.group(1)[0] == "=" else 2, title)
        elif not line.strip() or _RULE.match(line) or _DEFINITION.match(line):
            self._flush()
        else:
            self._lines.append(line)

    def _code_line(self, line: str, fence: str) -> None:
        marks = line.strip()
        if marks and set(marks) == {fence[0]} and len(marks) >= len(fence):
            self.outline.add("\n".join(self._code).strip("\n"))
            self._fence, self._code = None, []
        else:
            self._code.append(line.rstrip())

    def _head(self, level: int, raw: str) -> None:
        title = one_line(inline(raw))
        if title:
            self.outline.head(level, title, shown=f"{'#' * level} {title}")
            if self.title is None and level == 1:
                self.title = title

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        if len(lines) >= 2 and "|" in lines[0] and _TABLE_RULE.match(lines[1]):
            rows = [_cells(lines[0]), *(_cells(line) for line in lines[2:])]
            self.outline.add("\n".join(table_lines(rows, header=True)))
        elif lines:
            self.outline.add(_paragraph(lines))


def _paragraph(lines: list[str]) -> str:
    done: list[str] = []
    breaks = True
    for line in lines:
        item = _ITEM.match(line)
        text = one_line(inline(item.group(2) if item else line.rstrip("\\")))
        if item:
            mark = item.group(1)
            done.append(f"{'-' if mark in '*+-' else mark} {text}")
        elif breaks or not done:
            done.append(text)
        else:
            done[-1] = join_lines(done[-1], text)
        breaks = line.endswith(("  ", "\\"))
    return "\n".join(line for line in done if line)


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
    return [one_line(inline(cell.replace(r"\|", "|"))) for cell in cells]


def _without_hidden(text: str) -> str:
    """Drop comments, scripts and hidden elements, but not where code shows them."""
    kept: list[str] = []

    def shelve(code: re.Match[str]) -> str:
        kept.append(code.group())
        return f"{_SHELF}{len(kept) - 1}{_SHELF}"

    text = _SHELVED.sub("", text)
    text = _HIDDEN_HTML.sub("", _INVISIBLE_HTML.sub("", _ANY_CODE.sub(shelve, text)))
    return _SHELVED.sub(lambda found: kept[int(found.group(1))], text)


def inline(text: str) -> str:
    """A line of Markdown as its reader sees it: links and images by their text, no emphasis marks, no tags."""
    pieces: list[str] = []
    end = 0
    for code in _CODE.finditer(text):
        pieces += (_plain(text[end : code.start()]), code.group(2).strip())
        end = code.end()
    return "".join((*pieces, _plain(text[end:])))


def _plain(text: str) -> str:
    text = _ESCAPE.sub(lambda found: chr(_PRIVATE + ord(found.group(1))), text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _TAG.sub("", text)
    text = _LINK.sub(lambda found: found.group(1) or found.group(2), _IMAGE.sub(r"\1", text))
    text = _EMPHASIS.sub(lambda found: found.group(2) or found.group(4) or found.group(6), text)
    return _ESCAPED.sub(lambda found: chr(ord(found.group()) - _PRIVATE), text)
