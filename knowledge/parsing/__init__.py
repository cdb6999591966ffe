"""Guarded parsing: each document is read in a process of its own, so that a bomb or a crash costs it alone."""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict
from pathlib import Path

from knowledge import errors
from knowledge.document import LoadedPart, Locator, Section
from knowledge.errors import DocumentCorrupt, DocumentError, DocumentTooLarge
from knowledge.limits import ParseLimits, recognition_seconds
from knowledge.parsing.process import start_reader

logger = logging.getLogger(__name__)

_READ_BYTES = 1 << 16
_MAX_LINE_BYTES = 64 << 20  # one part, as JSON
_NEAR_LIMIT = 0.6  # of the memory: a crash above it counts as running out
_ERRORS: dict[str, type[DocumentError]] = {
    kind.code: kind
    for kind in (DocumentError, *(one for one in vars(errors).values() if isinstance(one, type)))
    if issubclass(kind, DocumentError)
}


def parse_guarded(
    path: Path, file_name: str, *, limits: ParseLimits = ParseLimits()
) -> Generator[LoadedPart, None, None]:
    """Identify and load the file at `path` in a worker process, yielding each part as soon as it is parsed.

    Raises DocumentError for whatever cannot be indexed, limits included. Blocking: meant for a thread. Closing the
    generator early ends the worker. `file_name` is only looked at for its suffix; nothing is written anywhere.
    """
    worker = _Worker(path, file_name, limits)
    try:
        yield from worker.parts()
    finally:
        worker.end()


class _Worker:
    def __init__(self, path: Path, file_name: str, limits: ParseLimits) -> None:
        self._limits = limits
        self._waited = 0.0
        self._recognised = 0
        self._buffer = bytearray()
        request = {"path": str(path.resolve()), "file_name": file_name, "limits": asdict(limits)}
        self._process = start_reader(json.dumps(request).encode("ascii"))

    def parts(self) -> Iterator[LoadedPart]:
        while True:
            line = self._line()
            if line is None:
                raise self._death()
            message = json.loads(line)
            if "error" in message:
                if message.get("trace"):
                    logger.warning("document loader failed", extra={"trace": message["trace"]})
                raise _ERRORS.get(message["error"], DocumentError)(message["en"], message["zh"])
            if "done" in message:
                return
            part = decode_part(message)
            self._recognised = part.pages_recognised
            yield part

    def end(self) -> None:
        """Make sure that the process is gone and its pipe closed."""
        self._process.end()

    def _line(self) -> bytes | None:
        """The next line, or None at the end of the output."""
        searched = 0
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.answer, selectors.EVENT_READ)
            while (end := self._buffer.find(b"\n", searched)) < 0:
                searched = len(self._buffer)
                started = time.monotonic()
                ready = selector.select(timeout=max(0.0, self._patience() - self._waited))
                self._waited += time.monotonic() - started
                if not ready or searched > _MAX_LINE_BYTES:
                    raise _too_slow() if not ready else DocumentTooLarge()
                data = os.read(self._process.answer, _READ_BYTES)
                if not data:
                    return None
                self._buffer += data
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _patience(self) -> float:
        """Seconds to wait for the worker in all."""
        return self._limits.wall_seconds + recognition_seconds(self._limits, self._recognised)

    def _death(self) -> DocumentError:
        """What the end of a worker that did not say goodbye means for its document."""
        end = self._process.end()
        if end is None:
            return DocumentError()
        code, peak = end.code, end.peak
        logger.warning("document worker died", extra={"exit_code": code, "peak_bytes": peak})
        if code == -signal.SIGXCPU:
            return _too_slow()
        memory = self._limits.recognition_bytes if self._recognised else self._limits.memory_bytes
        if code == -signal.SIGKILL or peak > _NEAR_LIMIT * memory:
            return DocumentTooLarge(
                "Reading this file takes more memory than is allowed for one document.",
                "读取该文件所需的内存超出单个文档的限制。",
            )
        return DocumentCorrupt("This file is damaged: it made the reader crash.", "文件已损坏：解析程序因此异常退出。")


def _too_slow() -> DocumentTooLarge:
    return DocumentTooLarge(
        "Reading this file takes more time than is allowed for one document.",
        "读取该文件所需的时间超出单个文档的限制。",
    )


def encode_part(part: LoadedPart) -> dict[str, object]:
    """A part as JSON for the pipe."""
    sections = [[section.text, section.locator.to_json()] for section in part.sections]
    return {
        "sections": sections,
        "pages": [part.pages_done, part.pages_total, part.pages_recognised],
        "title": part.title,
    }


def decode_part(message: dict[str, object]) -> LoadedPart:
    """The inverse of `encode_part`. Raises DocumentError for what no reader of ours has said."""
    sections, pages, title = message["sections"], message["pages"], message["title"]
    if not (isinstance(sections, list) and isinstance(pages, list) and all(isinstance(one, int) for one in pages)):
        raise DocumentError()
    done, total, recognised = pages
    return LoadedPart(
        tuple(Section(str(text), Locator.from_json(locator)) for text, locator in sections),
        pages_done=done,
        pages_total=total,
        title=title if isinstance(title, str) else None,
        pages_recognised=recognised,
    )
