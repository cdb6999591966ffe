"""The files of a bot, from a folder or an upload, as bytes by name: nothing is unpacked to disk, nothing is run."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from chatbot.foundation.errors import InvalidInput, PayloadTooLarge
from chatbot.foundation.files import label
from knowledge.errors import DocumentError
from knowledge.limits import MEBIBYTE, ParseLimits
from knowledge.reading.zip_package import ZipPackage, open_package
from nlu.exchange.bot import Place
from nlu.exchange.report import Notices

READ = frozenset({".yml", ".yaml", ".md", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt"})
_PROGRAMS = frozenset({".py", ".pyc", ".pkl", ".pickle", ".joblib", ".pt", ".h5", ".so", ".dll", ".exe", ".sh", ".js"})
_ARCHIVES = frozenset({".zip", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".7z", ".rar"})
LIMITS = ParseLimits(inflated_bytes=64 * MEBIBYTE, entries=2_000)


class BotUnreadable(InvalidInput):
    """A file that holds no bot; `detail` says where and why."""

    code = "bot_unreadable"


def files_of_folder(folder: Path, notices: Notices) -> dict[str, bytes]:
    """Every file of a project that may be read, by its path below `folder`. Links are not followed."""
    if not folder.is_dir():
        raise BotUnreadable(f"There is no folder {folder}.")
    files: dict[str, bytes] = {}
    size = 0
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if not _is_read(name, notices):
            continue
        size += path.stat().st_size
        if size > LIMITS.inflated_bytes or len(files) >= LIMITS.entries:
            raise PayloadTooLarge(f"A project may have {LIMITS.entries} files and {LIMITS.inflated_bytes} bytes.")
        files[name] = path.read_bytes()
    return files


def files_of_upload(path: Path, file_name: str, notices: Notices, *, language: str = "en") -> dict[str, bytes]:
    """What an uploaded file holds: itself, or what is in it when it is a zip.

    Raises InvalidInput for an archive that is broken, encrypted, hostile, or unpacks to too much.
    """
    if not zipfile.is_zipfile(path):
        name = label(file_name)
        if path.stat().st_size > LIMITS.inflated_bytes:
            raise PayloadTooLarge(f"A file may have at most {LIMITS.inflated_bytes} bytes.")
        return {name: path.read_bytes()}
    try:
        with open_package(path, limits=LIMITS) as package:
            return _unpacked(package, notices)
    except DocumentError as error:
        refusal = InvalidInput(error.text.in_language(language), field="file")
        refusal.code = error.code.replace("document_", "archive_")
        raise refusal from error


def _unpacked(package: ZipPackage, notices: Notices) -> dict[str, bytes]:
    links = package.links()
    if links:
        raise _hostile(f"The archive holds a symbolic link: {label(links[0])}.")
    names = [name for name in package.names() if not name.endswith("/") and not name.startswith("__MACOSX/")]
    for name in names:
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if ".." in parts or name.startswith(("/", "\\")) or ":" in (parts[0] if parts else ""):
            raise _hostile(f"The archive names a path outside itself: {label(name)}.")
    root = _common_root(names)
    return {
        name.removeprefix(root).replace("\\", "/"): package.read(name)
        for name in names
        if _is_read(name.removeprefix(root), notices)
    }


def _hostile(detail: str) -> InvalidInput:
    refusal = InvalidInput(detail, field="file")
    refusal.code = "archive_hostile"
    return refusal


def _common_root(names: Iterable[str]) -> str:
    """A project packed as one folder is the folder's content."""
    root = posixpath.commonpath(names) if (names := list(names)) else ""
    first = root.split("/")[0]
    return f"{first}/" if first and all(name.startswith(f"{first}/") for name in names) else ""


def _is_read(name: str, notices: Notices) -> bool:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _PROGRAMS:
        notices.add(Place(name), "code_left")
    elif suffix in _ARCHIVES:
        notices.add(Place(name), "archive_inside")
    return suffix in READ


def _walk(folder: Path) -> Iterable[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield path
