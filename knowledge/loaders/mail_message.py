"""E-mail messages: who wrote what to whom and when, what they quote under a heading of its own, attached files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Protocol

from knowledge.document import HeldFile, LoadedPart, StoredFile
from knowledge.errors import DocumentCorrupt, DocumentError, DocumentTooLarge
from knowledge.limits import ParseLimits
from knowledge.loaders.plain_text import parted, unwrap
from knowledge.reading.charset import decode, decode_html, read_bytes
from knowledge.reading.cleaning import clean, one_line
from knowledge.reading.html_content import read_html
from knowledge.reading.mail_quotes import quoted_parts
from knowledge.reading.outline import Outline

_HEADERS = ("From", "To", "Date")
_WRAP = 76  # columns at which mail programs break lines
_TEXT = ("text/plain", "text/html")
_LONGEST_NAME = 150  # characters of an attachment's name


class AttachmentReader(Protocol):
    """Reads a file that came with a message; raises knowledge.errors.DocumentError for one that it can't read."""

    def __call__(self, file: StoredFile, file_name: str, *, limits: ParseLimits) -> Iterator[LoadedPart]: ...


@dataclass(frozen=True, slots=True)
class _Attachment:
    name: str
    data: bytes
    heading: tuple[str, ...]  # of the message that it came with


class MailMessageLoader:
    """Reads .eml. Yields a part for the message, with those attached to it, and the parts of every attached file.

    A file that can't be read is named and left out: the message itself is not lost with it.
    """

    media_types: tuple[str, ...] = ("message/rfc822",)
    suffixes: tuple[str, ...] = (".eml",)

    def __init__(self, read_attachment: AttachmentReader) -> None:
        self._read_attachment = read_attachment

    def load(self, file: StoredFile, *, limits: ParseLimits = ParseLimits()) -> Iterator[LoadedPart]:
        message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(read_bytes(file, limits=limits))
        if not message.keys():
            raise DocumentCorrupt()
        outline = Outline()
        attached: list[_Attachment] = []
        _add(message, outline, attached, limits, depth=1)
        total = 1 + len(attached)
        yield LoadedPart(tuple(outline.sections()), 1, total, title=_header(message, "Subject") or None)
        inside = replace(limits, nesting=limits.nesting - 1)
        recognised = 0
        for number, one in enumerate(attached, start=2):
            before = recognised
            try:
                for part in self._read_attachment(HeldFile(one.data), one.name, limits=inside):
                    recognised = before + part.pages_recognised
                    yield _placed(part, one, number - 1, total, recognised)
            except DocumentTooLarge:
                raise
            except DocumentError:
                pass
            yield LoadedPart((), number, total, pages_recognised=recognised)


def _placed(part: LoadedPart, attachment: _Attachment, done: int, total: int, recognised: int) -> LoadedPart:
    """The part under the headings of its message and the name of its file."""
    above = (*attachment.heading, attachment.name)
    sections = tuple(
        replace(section, locator=replace(section.locator, heading=(*above, *section.locator.heading)))
        for section in part.sections
    )
    return LoadedPart(sections, done, total, pages_recognised=recognised)


def _add(
    message: EmailMessage, outline: Outline, attached: list[_Attachment], limits: ParseLimits, *, depth: int
) -> None:
    if depth > limits.nesting:
        raise DocumentTooLarge()
    outline.head(depth, _header(message, "Subject"))
    heading = outline.heading
    files = [one for one in message.iter_attachments() if one.get_content_type() != "message/rfc822"]
    held = [_Attachment(name, _content(one), heading) for one in files if (name := _file_name(one))]
    attached.extend(held)
    lines = [f"{name}: {value}" for name in _HEADERS if (value := _header(message, name))]
    if held:
        lines.append(f"Attachments: {', '.join(one.name for one in held)}")
    outline.add("\n".join(lines))
    body = message.get_body(preferencelist=("plain", "html"))
    if isinstance(body, EmailMessage):
        _add_body(body, outline, limits, depth)
    for one in message.iter_attachments():
        if one.get_content_type() == "message/rfc822":
            inner = one.get_payload(0) if one.is_multipart() else None
            if isinstance(inner, EmailMessage):
                _add(inner, outline, attached, limits, depth=depth + 1)


def _add_body(body: EmailMessage, outline: Outline, limits: ParseLimits, depth: int) -> None:
    data = _content(body)
    charset = body.get_content_charset()
    if body.get_content_subtype() == "html":
        page = decode(data, declared=charset) if charset else decode_html(data)
        read_html(page, outline, limits=limits, level_offset=depth)
        return
    heading = outline.heading
    for said_by, lines in quoted_parts(clean(decode(data, declared=charset)).split("\n")):
        if said_by:
            outline.head(depth + 1, said_by)
        elif heading and outline.heading != heading:
            outline.head(depth, heading[-1], shown="")
        for paragraph in parted(lines):
            outline.add(unwrap(paragraph, _WRAP))


def _file_name(part: EmailMessage) -> str:
    """What an attached file is called; empty for what belongs to the text, such as the pictures of a signature."""
    if part.get("Content-ID") is not None or (part.get_content_type() in _TEXT and not part.is_attachment()):
        return ""
    name = one_line(part.get_filename() or "").replace("\\", "/").rpartition("/")[2]
    return name[-_LONGEST_NAME:] if name.strip(". ") else ""


def _content(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _header(message: EmailMessage, name: str) -> str:
    try:
        return one_line(str(message.get(name, "")))
    except (ValueError, IndexError, AttributeError):  # the parser of headers stumbles over some malformed ones
        return ""
