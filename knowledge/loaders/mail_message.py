"""E-mail messages: the subject as heading, who wrote when, and the text, messages attached to it included."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from knowledge.document import LoadedPart
from knowledge.errors import DocumentCorrupt, DocumentTooLarge
from knowledge.limits import ParseLimits
from knowledge.loaders.plain_text import unwrap
from knowledge.reading.charset import decode, decode_html, read_bytes
from knowledge.reading.cleaning import clean, one_line
from knowledge.reading.html_content import read_html
from knowledge.reading.outline import Outline

_HEADERS = ("From", "To", "Date")
_WRAP = 76  # columns at which mail programs break lines


class MailMessageLoader:
    """Reads .eml."""

    media_types: tuple[str, ...] = ("message/rfc822",)
    suffixes: tuple[str, ...] = (".eml",)

    def load(self, path: Path, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(read_bytes(path, limits=limits))
        if not message.keys():
            raise DocumentCorrupt()
        outline = Outline()
        _add(message, outline, limits, depth=1)
        yield LoadedPart(tuple(outline.sections()), 1, 1, title=_header(message, "Subject") or None)


def _add(message: EmailMessage, outline: Outline, limits: ParseLimits, *, depth: int) -> None:
    if depth > limits.nesting:
        raise DocumentTooLarge()
    outline.head(depth, _header(message, "Subject"))
    outline.add("\n".join(f"{name}: {value}" for name in _HEADERS if (value := _header(message, name))))
    body = message.get_body(preferencelist=("plain", "html"))
    if isinstance(body, EmailMessage):
        _add_body(body, outline, limits, depth)
    for attached in message.iter_attachments():
        if attached.get_content_type() == "message/rfc822":
            inner = attached.get_payload(0) if attached.is_multipart() else None
            if isinstance(inner, EmailMessage):
                _add(inner, outline, limits, depth=depth + 1)


def _add_body(body: EmailMessage, outline: Outline, limits: ParseLimits, depth: int) -> None:
    data = body.get_payload(decode=True)
    if not isinstance(data, bytes):
        return
    charset = body.get_content_charset()
    if body.get_content_subtype() == "html":
        page = decode(data, declared=charset) if charset else decode_html(data)
        read_html(page, outline, limits=limits, level_offset=depth)
        return
    paragraph: list[str] = []
    for line in [*clean(decode(data, declared=charset)).split("\n"), ""]:
        if line.strip():
            paragraph.append(line)
        elif paragraph:
            outline.add(unwrap(paragraph, _WRAP))
            paragraph = []


def _header(message: EmailMessage, name: str) -> str:
    try:
        return one_line(str(message.get(name, "")))
    except (ValueError, IndexError, AttributeError):  # the parser of headers stumbles over some malformed ones
        return ""
