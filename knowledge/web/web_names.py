"""What to call a page or file of the web."""

from __future__ import annotations

import html
import re
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from knowledge.loaders import suffixes

_SUFFIX_OF = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "message/rfc822": ".eml",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEAD_BYTES = 65536


def file_name_of(url: str, content_type: str, disposition: str = "") -> str:
    """A name whose suffix says what the server says the content is, or else what its own name or the path says.

    Without a suffix where none of them tells: the content will. `disposition` is the header of that name.
    """
    parts = urlsplit(url)
    name = _named_by(disposition) or unquote(PurePosixPath(parts.path).name) or parts.hostname or "page"
    suffix = _SUFFIX_OF.get(content_type, "")
    known = PurePosixPath(name).suffix.lower()
    if suffix and known != suffix and not (suffix == ".html" and known in (".htm", ".xhtml")):
        stem = name[: -len(known)] if known in suffixes() else name
        return f"{stem}{suffix}"
    return name if known in suffixes() else name.replace(".", "-")


def _named_by(disposition: str) -> str:
    """The file name of a Content-Disposition header; never a path."""
    message = Message()
    message["content-disposition"] = _CONTROL.sub("", disposition)
    return PurePosixPath((message.get_filename() or "").replace("\\", "/")).name


def page_title(content: bytes) -> str:
    """What the HTML calls itself; empty when it says nothing readable."""
    head = content[:_HEAD_BYTES]
    found = _TITLE.search(head)
    if found is None:
        return ""
    declared = _CHARSET.search(head)
    try:
        text = found[1].decode(declared[1].decode("ascii") if declared else "utf-8", "replace")
    except LookupError:
        text = found[1].decode("utf-8", "replace")
    return " ".join("".join(one if one.isprintable() else " " for one in html.unescape(text)).split())
