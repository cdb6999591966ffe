"""Zip containers (DOCX, XLSX, PPTX, EPUB) read under limits on entries, inflated size and ratio, never to disk."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from knowledge.document import StoredFile
from knowledge.errors import DocumentCorrupt, DocumentEncrypted, DocumentTooLarge
from knowledge.limits import MEBIBYTE, ParseLimits

_END = b"PK\x05\x06"
_END_SIZE = 22
_ZIP64_LOCATOR = b"PK\x06\x07"
_MAX_COMMENT = 0xFFFF
_DIRECTORY_ENTRY = 46 + 255  # bytes of a directory entry with a long name
_ENCRYPTED_FLAG = 0x1


class ZipPackage:
    """An open container; `read` is the only way to its content and counts what it inflates."""

    def __init__(self, archive: zipfile.ZipFile, limits: ParseLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._inflated = 0
        self._entries = {info.filename: info for info in archive.infolist()}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def names(self) -> list[str]:
        """The names in the container, as they stand there: never to be used as paths."""
        return list(self._entries)

    def links(self) -> list[str]:
        """Names of entries that are symbolic links; their content is where they point."""
        return [name for name, info in self._entries.items() if stat.S_ISLNK(info.external_attr >> 16)]

    def read(self, name: str) -> bytes:
        """The bytes of one entry; raises DocumentCorrupt when it is missing or damaged."""
        info = self._entries.get(name)
        if info is None:
            raise DocumentCorrupt(f"This file is incomplete: {name} is missing.", f"文件不完整：缺少 {name}。")
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise DocumentEncrypted()
        allowed = self._limits.inflated_bytes - self._inflated
        try:
            with self._archive.open(info) as entry:
                # The directory's sizes are claims; what is inflated is counted.
                data = entry.read(allowed + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise DocumentCorrupt() from error
        if len(data) > allowed:
            raise _bomb()
        self._inflated += len(data)
        return data


@contextmanager
def open_package(file: StoredFile, *, limits: ParseLimits) -> Iterator[ZipPackage]:
    """Open a container after checking its directory; raises DocumentCorrupt, DocumentTooLarge or DocumentEncrypted."""
    _check_directory(file, limits)
    with file.open("rb") as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DocumentCorrupt() from error
        with archive:
            _check_entries(archive.infolist(), limits)
            yield ZipPackage(archive, limits)


def _check_directory(file: StoredFile, limits: ParseLimits) -> None:
    """Look at the directory's size before `zipfile` reads all of it into memory."""
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _END_SIZE - _MAX_COMMENT))
        tail = stream.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_SIZE:
        raise DocumentCorrupt()
    entries, directory_bytes = struct.unpack("<HL", tail[end + 10 : end + 16])
    if tail[max(0, end - 20) : end].startswith(_ZIP64_LOCATOR):
        raise _bomb()  # only for containers over 4 GiB or 65,535 entries
    if entries > limits.entries or directory_bytes > limits.entries * _DIRECTORY_ENTRY:
        raise _bomb()


def _check_entries(entries: list[zipfile.ZipInfo], limits: ParseLimits) -> None:
    if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > limits.inflated_bytes:
        raise _bomb()
    for entry in entries:
        if entry.file_size > MEBIBYTE and entry.file_size > limits.ratio * max(1, entry.compress_size):
            raise _bomb()


def _bomb() -> DocumentTooLarge:
    return DocumentTooLarge(
        "This file unpacks to far more than is allowed for one document.", "文件解压后的体积远超单个文档的限制。"
    )
