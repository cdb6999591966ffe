"""HTML to headings and blocks of text, in one pass without a tree, so that depth of nesting costs nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

from knowledge.limits import ParseLimits
from knowledge.reading.cleaning import clean, one_line
from knowledge.reading.html_tables import Block, TableBuilder
from knowledge.reading.html_visibility import is_furniture, is_hidden, sets_background
from knowledge.reading.outline import Outline

_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
))  # fmt: skip
_DROPPED = frozenset((
    "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "canvas", "audio", "video", "nav",
    "footer", "button", "select", "textarea", "dialog", "datalist", "map", "noembed", "noframes",
))  # fmt: skip
_DROPPED_ROLES = frozenset(("navigation", "contentinfo", "search", "menu", "menubar", "tooltip", "tablist"))
_WRAPPERS = frozenset(("div", "section", "ul", "ol", "p"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_CLOSES_PARAGRAPH = _BLOCKS - frozenset((
    "body", "html", "td", "th", "tr", "tbody", "thead", "tfoot", "caption", "legend", "summary",
))  # fmt: skip
# A start tag on the left ends the open elements named first, unless one named second stands in between.
_IMPLIED_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(("li",)), frozenset(("ul", "ol", "menu", "td", "th", "table"))),
    "dt": (frozenset(("dt", "dd")), frozenset(("dl", "td", "th", "table"))),
    "dd": (frozenset(("dt", "dd")), frozenset(("dl", "td", "th", "table"))),
    "td": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "th": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "tr": (frozenset(("tr",)), frozenset(("table",))),
    "tbody": (frozenset(("thead", "tbody", "tfoot")), frozenset(("table",))),
    "thead": (frozenset(("thead", "tbody", "tfoot")), frozenset(("table",))),
    "tfoot": (frozenset(("thead", "tbody", "tfoot")), frozenset(("table",))),
    **{tag: (frozenset(("p",)), _BLOCKS - {"p"}) for tag in _CLOSES_PARAGRAPH if tag not in ("li", "dt", "dd")},
}
_MAIN_SHARE = 0.5  # of the page's text: below it, <main> is not where the content is
_MAIN_CHARACTERS = 600  # unless it holds this much anyway


@dataclass(slots=True)
class _Frame:
    tag: str
    skipped: bool
    main: bool
    painted: bool  # it, or something above it, sets a background
    builds: bool = False  # it is a table under construction
    counter: int = 0  # the number of the last item of an ordered list


def read_html(text: str, outline: Outline, *, limits: ParseLimits, level_offset: int = 0) -> str | None:
    """Add what a reader sees of the page to `outline`; returns the page's own title."""
    reader = _Reader(limits)
    reader.feed(text)
    reader.close()
    for block in _main_content(reader.finish()):
        if block.level:
            outline.head(block.level + level_offset, one_line(block.text))
        else:
            outline.add(block.text)
    return one_line(reader.title)[:300] or None


def _main_content(blocks: list[Block]) -> list[Block]:
    within = sum(len(block.text) for block in blocks if block.main)
    total = sum(len(block.text) for block in blocks)
    enough = within >= _MAIN_CHARACTERS or within >= _MAIN_SHARE * total
    return [block for block in blocks if block.main] if within and enough else blocks


class _Reader(HTMLParser):
    def __init__(self, limits: ParseLimits) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._limits = limits
        self._frames: list[_Frame] = [_Frame("", False, False, False)]
        self._open: Counter[str] = Counter()
        self._text: list[str] = []
        self._heading = 0
        self._prefix = ""
        self._titling = False
        self._styled = False  # a style sheet may set backgrounds that this reader does not know
        self._blocks: list[Block] = []
        self._tables: list[TableBuilder] = []

    def finish(self) -> list[Block]:
        self._flush()
        while self._tables:
            self._end_table()
        return self._blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._styled |= tag == "style" or (tag == "link" and "stylesheet" in attributes.get("rel", "").lower())
        self._end_implied(tag)
        top = self._frames[-1]
        if tag in _BLOCKS:
            self._flush()
        if tag == "br":
            self._text.append("\n")
        if tag in _VOID:
            return
        frame = _Frame(
            tag,
            top.skipped or self._drops(tag, attributes, top),
            top.main or tag == "main" or attributes.get("role") == "main",
            top.painted or sets_background(attributes),
        )
        if not frame.skipped:
            self._enter(tag, attributes, frame)
        self._frames.append(frame)
        self._open[tag] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # HTML ignores the slash; a parser that heeds it would see other text

    def handle_endtag(self, tag: str) -> None:
        if self._open[tag]:
            barrier = frozenset() if tag in _BLOCKS else frozenset(("td", "th"))
            self._end(frozenset((tag,)), barrier)

    def handle_data(self, data: str) -> None:
        if self._titling:
            self.title += data
        elif not self._frames[-1].skipped and not data.startswith("<!--"):  # a comment that never ends
            self._text.append(clean(data) if self._open["pre"] else _collapse(data))

    def _drops(self, tag: str, attributes: dict[str, str], top: _Frame) -> bool:
        if tag in ("html", "body"):
            return False  # pages that hide themselves until their script has run
        if tag in _DROPPED or attributes.get("role", "").lower() in _DROPPED_ROLES:
            return True
        if (tag == "aside" or (tag in _WRAPPERS and is_furniture(attributes))) and not top.main:
            return True
        return is_hidden(attributes, plain_background=not (top.painted or self._styled))

    def _enter(self, tag: str, attributes: dict[str, str], frame: _Frame) -> None:
        if tag == "title" and not self.title:
            self._titling = True
        elif tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag == "li":
            self._prefix = self._bullet()
        elif tag == "ol":
            start = attributes.get("start", "")
            frame.counter = int(start) - 1 if start.isascii() and start.isdigit() and len(start) < 7 else 0
        elif tag == "table" and len(self._tables) < self._limits.nesting:
            frame.builds = True
            self._tables.append(TableBuilder())
        elif tag == "tr" and self._tables:
            self._tables[-1].start_row()
        elif tag in ("td", "th") and self._tables:
            self._tables[-1].start_cell(tag, attributes)

    def _bullet(self) -> str:
        for frame in reversed(self._frames[-50:]):
            if frame.tag == "ol":
                frame.counter += 1
                return f"{frame.counter}. "
            if frame.tag in ("ul", "menu"):
                break
        return "- "

    def _end_implied(self, tag: str) -> None:
        rule = _IMPLIED_ENDS.get(tag)
        if rule and any(self._open[name] for name in rule[0]):
            self._end(*rule)
        if tag == "li" and self._open["p"]:
            self._end(frozenset(("p",)), _BLOCKS - {"p"})

    def _end(self, tags: frozenset[str], barrier: frozenset[str]) -> None:
        """Close everything down to the nearest open element of `tags`, unless one of `barrier` is met first."""
        for depth in range(len(self._frames) - 1, 0, -1):
            tag = self._frames[depth].tag
            if tag in tags:
                while len(self._frames) > depth:
                    self._leave(self._frames.pop())
                return
            if tag in barrier:
                return

    def _leave(self, frame: _Frame) -> None:
        tag = frame.tag
        if tag == "title":
            self._titling = False
        if tag in _BLOCKS and not frame.skipped:
            self._flush(frame.main)
            if tag in _HEADINGS:
                self._heading = 0
            elif tag == "li":
                self._prefix = ""
            elif frame.builds and self._tables:
                self._end_table()
        self._open[tag] -= 1

    def _end_table(self) -> None:
        for block in self._tables.pop().blocks():
            self._put(block)

    def _flush(self, main: bool | None = None) -> None:
        raw = "".join(self._text)
        self._text.clear()
        if not raw or raw.isspace():
            return
        if self._open["pre"]:
            text = raw.strip("\n")
        else:
            text = "\n".join(line for part in raw.split("\n") if (line := one_line(part)))
        item = bool(self._prefix)
        text, self._prefix = self._prefix + text, ""
        self._put(Block(text, self._heading, item, self._frames[-1].main if main is None else main))

    def _put(self, block: Block) -> None:
        target = self._tables[-1].target() if self._tables else self._blocks
        last = target[-1] if target else None
        if last and last.item and block.item and not last.level:
            target[-1] = Block(f"{last.text}\n{block.text}", 0, True, last.main)
        else:
            target.append(block)


def _collapse(data: str) -> str:
    """White space as HTML has it: any run is one space."""
    if not data.strip():
        return " " if data else ""
    lead = " " if data[0].isspace() else ""
    tail = " " if data[-1].isspace() else ""
    return f"{lead}{one_line(data)}{tail}"
