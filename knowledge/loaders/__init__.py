"""The document loaders: adding a format is one file here and one line in `LOADERS`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from knowledge.document import DocumentLoader, LoadedPart, StoredFile
from knowledge.errors import (
    DocumentCorrupt,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentTypeMismatch,
    DocumentTypeUnsupported,
)
from knowledge.limits import ParseLimits
from knowledge.loaders.csv_table import CsvLoader
from knowledge.loaders.docx import DocxLoader
from knowledge.loaders.epub import EpubLoader
from knowledge.loaders.image import ImageLoader
from knowledge.loaders.mail_message import MailMessageLoader
from knowledge.loaders.markdown import MarkdownLoader
from knowledge.loaders.pdf import PdfLoader
from knowledge.loaders.plain_text import PlainTextLoader
from knowledge.loaders.pptx import PptxLoader
from knowledge.loaders.web_page import WebPageLoader
from knowledge.loaders.xlsx import XlsxLoader
from knowledge.reading.charset import decode
from knowledge.reading.zip_package import open_package


def load_attachment(file: StoredFile, file_name: str, *, limits: ParseLimits) -> Iterator[LoadedPart]:
    """A file that came within another; raises what `identify` and loaders raise."""
    yield from identify(file, file_name, limits=limits).load(file, limits=limits)


LOADERS: tuple[DocumentLoader, ...] = (
    PdfLoader(),
    DocxLoader(),
    WebPageLoader(),
    MarkdownLoader(),
    PlainTextLoader(),
    XlsxLoader(),
    CsvLoader(),
    PptxLoader(),
    EpubLoader(),
    MailMessageLoader(load_attachment),
    ImageLoader(),
)

_HEAD_BYTES = 4096
_MAX_SUFFIX = 12  # characters; a longer one is shown cut
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office before 2007, and the envelope of encrypted Office files
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OLE_SUFFIXES = (".doc", ".xls", ".ppt", ".msg")
# A zip container is what its entries say, whatever its name.
_CONTAINED = ((".docx", "word/"), (".xlsx", "xl/"), (".pptx", "ppt/"), (".epub", "META-INF/container.xml"))
_PICTURE_SIGNS = (
    (".png", b"\x89PNG\r\n\x1a\n"), (".jpg", b"\xff\xd8\xff"), (".gif", b"GIF87a"), (".gif", b"GIF89a"),
    (".tif", b"II*\x00"), (".tif", b"MM\x00*"),
)  # fmt: skip
_CONTAINERS = tuple(suffix for loader in (DocxLoader, XlsxLoader, PptxLoader, EpubLoader) for suffix in loader.suffixes)
_BINARY_SUFFIXES = (".pdf", *_CONTAINERS, *ImageLoader.suffixes)
_HTML_SIGNS = ("<!doctype html", "<html", "<head", "<body")


def suffixes() -> tuple[str, ...]:
    """The file name suffixes that can be uploaded, for forms and messages."""
    return tuple(suffix for loader in LOADERS for suffix in loader.suffixes)


def identify(file: StoredFile, file_name: str, *, limits: ParseLimits = ParseLimits()) -> DocumentLoader:
    """The loader for `file`, by its content, checked against the suffix of `file_name`.

    Raises DocumentEmpty for no bytes, DocumentTypeMismatch when content and suffix disagree, DocumentTypeUnsupported,
    DocumentEncrypted, and for broken containers DocumentCorrupt or DocumentTooLarge. Cheap and safe on any upload: it
    reads the beginning and, of a container, the directory.
    """
    suffix = PurePosixPath(file_name.replace("\\", "/")).suffix.lower()[:_MAX_SUFFIX]
    with file.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if not head:
        raise DocumentEmpty("This file is empty.", "文件是空的。")
    found = _sniff(file, head, suffix, limits)
    if found is None:
        return _text_loader(head, suffix)
    loader = _loader(found)
    if suffix and suffix not in loader.suffixes:  # of pictures any will do: people mix up .jpg and .png
        raise DocumentTypeMismatch(
            f"This file is named {suffix}, but its content is that of a {found} file.",
            f"文件扩展名是 {suffix}，内容却是 {found} 文件。",
        )
    return loader


def _sniff(file: StoredFile, head: bytes, suffix: str, limits: ParseLimits) -> str | None:
    """The suffix that a binary file's content deserves; None for what may be text."""
    if b"%PDF-" in head[:1024]:
        return ".pdf"
    if head.startswith(_OLE):
        return _ole(file, suffix)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _contained(file, suffix, limits)
    if picture := _picture(head):
        return picture
    if suffix in _BINARY_SUFFIXES:
        raise _mismatch(suffix)
    return None


def _picture(head: bytes) -> str | None:
    for suffix, sign in _PICTURE_SIGNS:
        if head.startswith(sign):
            return suffix
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return ".webp"
    # Two letters are no proof: a bitmap's reserved fields are empty, and its first header's size is one of a few.
    return ".bmp" if head.startswith(b"BM") and head[6:10] == bytes(4) and head[15:18] == bytes(3) else None


def _ole(file: StoredFile, suffix: str) -> str:
    if _ENCRYPTED_PACKAGE in file.read_bytes():
        raise DocumentEncrypted()
    if suffix in _OLE_SUFFIXES or not suffix:
        raise DocumentTypeUnsupported(
            "Office files from before 2007 are not supported. Save it as .docx, .xlsx or .pptx.",
            "不支持 2007 年以前的 Office 格式，请另存为 .docx、.xlsx 或 .pptx。",
        )
    raise DocumentTypeMismatch()


def _contained(file: StoredFile, suffix: str, limits: ParseLimits) -> str:
    try:
        with open_package(file, limits=limits) as package:
            names = package.names()
    except DocumentCorrupt:
        if suffix in _CONTAINERS:
            raise
        raise DocumentTypeUnsupported() from None
    for known, sign in _CONTAINED:
        if any(name.startswith(sign) for name in names):
            return known
    if suffix in _CONTAINERS:
        raise _mismatch(suffix)
    raise DocumentTypeUnsupported(
        "Archives are not supported. Upload the documents in it one by one.", "不支持压缩包，请逐个上传其中的文档。"
    )


def _text_loader(head: bytes, suffix: str) -> DocumentLoader:
    if suffix and not any(suffix in loader.suffixes for loader in LOADERS):
        raise _unsupported(suffix)
    # The sample may end within a character: two bytes less never hide what it is.
    text = decode(head if len(head) < _HEAD_BYTES else head[:-4])
    if suffix:
        return _loader(suffix)
    return _loader(".html" if text.lstrip("\ufeff \t\r\n").lower().startswith(_HTML_SIGNS) else ".txt")


def _loader(suffix: str) -> DocumentLoader:
    for loader in LOADERS:
        if suffix in loader.suffixes:
            return loader
    raise _unsupported(suffix)


def _mismatch(suffix: str) -> DocumentTypeMismatch:
    return DocumentTypeMismatch(
        f"The content of this file is not that of a {suffix} file.", f"文件内容与扩展名 {suffix} 不符。"
    )


def _unsupported(suffix: str) -> DocumentTypeUnsupported:
    known = ", ".join(loader.suffixes[0].removeprefix(".").upper() for loader in LOADERS)
    return DocumentTypeUnsupported(
        f"{suffix} files are not supported. Supported: {known}.", f"不支持 {suffix} 文件。支持的类型：{known}。"
    )
