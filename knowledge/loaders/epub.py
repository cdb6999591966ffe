"""EPUB books: the chapters in their order, as the pages that they are."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from knowledge.document import LoadedPart, StoredFile
from knowledge.errors import DocumentCorrupt, DocumentEncrypted
from knowledge.limits import ParseLimits
from knowledge.reading.charset import decode_html
from knowledge.reading.cleaning import one_line
from knowledge.reading.html_content import read_html
from knowledge.reading.markup import Element, attribute, descendants, parse_xml, text_of
from knowledge.reading.outline import Outline
from knowledge.reading.relations import part_of
from knowledge.reading.zip_package import ZipPackage, open_package

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset(("application/xhtml+xml", "text/html"))


class EpubLoader:
    """Reads .epub without copy protection. Yields a part for each chapter file."""

    media_types: tuple[str, ...] = ("application/epub+zip",)
    suffixes: tuple[str, ...] = (".epub",)

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        with open_package(file, limits=limits) as package:
            located = next(descendants(parse_xml(package.read(_CONTAINER)), "rootfile"), None)
            if located is None:
                raise DocumentCorrupt()
            name = attribute(located, "full-path") or ""
            root = parse_xml(package.read(name))
            chapters = _chapters(root, posixpath.dirname(name))
            _refuse_protected(package, chapters)
            title = one_line(text_of(next(descendants(root, "title"), None)))
            outline = Outline()
            for number, chapter in enumerate(chapters, start=1):
                read_html(decode_html(package.read(chapter)), outline, limits=limits)
                yield LoadedPart(tuple(outline.sections()), number, len(chapters), title=title or None)


def _chapters(root: Element, folder: str) -> list[str]:
    """The names of the chapters' entries, in reading order."""
    files = {
        attribute(item, "id"): posixpath.normpath(posixpath.join(folder, unquote(attribute(item, "href") or "")))
        for item in descendants(root, "item")
        if attribute(item, "media-type") in _PAGES and "nav" not in (attribute(item, "properties") or "").split()
    }
    order = [attribute(entry, "idref") for entry in descendants(root, "itemref")]
    return [files[key] for key in order if key in files]


def _refuse_protected(package: ZipPackage, chapters: list[str]) -> None:
    """Fonts are often scrambled; a book whose chapters are cannot be read."""
    encryption = part_of(package, _ENCRYPTION)
    for reference in descendants(encryption, "CipherReference") if encryption is not None else ():
        if unquote(attribute(reference, "URI") or "") in chapters:
            raise DocumentEncrypted("This book is copy-protected.", "该电子书带有版权保护，无法读取。")
