"""What the process does that reads one document: a request on its input, JSON lines out."""

from __future__ import annotations

import json
import os
import resource
import sys
import traceback
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

from knowledge.document import LoadedPart
from knowledge.errors import DocumentEmpty, DocumentError, DocumentTooLarge
from knowledge.limits import ParseLimits, recognition_seconds
from knowledge.loaders import identify
from knowledge.parsing import encode_part

_OPEN_FILES = 32
_SPARE_CPU_SECONDS = 5  # between the signal that ends the process and the one that nothing survives
# What a reader of documents never does; refused whatever library asks for it.
_REFUSED_EVENTS = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.remove", "os.rename",
    "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.chown", "os.truncate", "shutil.", "ftplib.",
    "urllib.", "http.client.", "smtplib.", "webbrowser.",
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def main() -> None:
    """Read the request, give up every right that reading does not need, and stream the document's parts."""
    # The pipe gets a number of its own: whatever a library prints must not reach it.
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    request = json.loads(sys.stdin.buffer.read())
    limits = ParseLimits(**request["limits"])
    confine(limits)
    try:
        _stream(Path(request["path"]), request["file_name"], limits, pipe)
        _send(pipe, {"done": True})
    except DocumentError as error:
        _refuse_document(pipe, error)
    except (MemoryError, RecursionError):
        _refuse_document(pipe, DocumentTooLarge())
    except BrokenPipeError:
        pass  # nobody listens any more
    except Exception:  # a loader's fault: this document is lost, and the log says why
        _refuse_document(pipe, DocumentError(), trace=traceback.format_exc(limit=20))
    # Without the interpreter's own farewell: libraries that crash on exit cannot spoil what was sent.
    os._exit(0)


def _stream(path: Path, file_name: str, limits: ParseLimits, pipe: BinaryIO) -> None:
    characters = 0
    found = False
    for part in identify(path, file_name, limits=limits).load(path, limits=limits):
        if part.pages_recognised:
            _allow_recognition(limits, part.pages_recognised)
        part = _readable(part)
        characters += sum(len(section.text) for section in part.sections)
        if characters > limits.characters:
            raise DocumentTooLarge(
                "This file holds more text than is allowed for one document.", "文件文字量超出单个文档的限制。"
            )
        found = found or bool(part.sections)
        _send(pipe, encode_part(part))
    if not found:
        raise DocumentEmpty()


def _readable(part: LoadedPart) -> LoadedPart:
    """The part without sections of nothing but white space and signs."""
    sections = tuple(one for one in part.sections if any(map(str.isalnum, one.text)))
    return replace(part, sections=sections)


def _send(pipe: BinaryIO, message: dict[str, Any]) -> None:
    pipe.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n")
    pipe.flush()


def _refuse_document(pipe: BinaryIO, error: DocumentError, *, trace: str = "") -> None:
    _send(pipe, {"error": error.code, **asdict(error.text), "trace": trace})


def confine(limits: ParseLimits) -> None:
    """Set the limits of this process; none of it can be undone, save for what recognition is allowed on top."""
    most_seconds = limits.cpu_seconds + recognition_seconds(limits, limits.recognised_pages)
    most_bytes = max(limits.memory_bytes, limits.recognition_bytes if limits.recognised_pages else 0)
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds, most_seconds + _SPARE_CPU_SECONDS)
    _limit(resource.RLIMIT_CORE, 0, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, 0, 0)  # not a byte to any file
    if sys.platform == "linux":  # elsewhere the address space is not limited by it, or is counted otherwise
        _limit(resource.RLIMIT_AS, limits.memory_bytes, most_bytes)
    sys.addaudithook(_refuse)


def _allow_recognition(limits: ParseLimits, pages: int) -> None:
    """Raise this process's limits to what it takes to recognise that many pages."""
    seconds = limits.cpu_seconds + recognition_seconds(limits, pages)
    resource.setrlimit(resource.RLIMIT_CPU, _raised(resource.RLIMIT_CPU, seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, _raised(resource.RLIMIT_AS, limits.recognition_bytes))


def _raised(kind: int, soft: int) -> tuple[int, int]:
    most = resource.getrlimit(kind)[1]
    return (soft if most == resource.RLIM_INFINITY else min(soft, most)), most


def _limit(kind: int, soft: int, hard: int) -> None:
    """Lower a limit, never above what this process was born with."""
    ceiling = resource.getrlimit(kind)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(kind, (soft, hard))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        mode, flags = arguments[1], arguments[2]
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & _WRITING):
            raise PermissionError("a document's reader writes no files")
    elif event.startswith(_REFUSED_EVENTS):
        raise PermissionError(f"a document's reader does nothing of the kind: {event}")
