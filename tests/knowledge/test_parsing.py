"""Guarded parsing: what one document may cost, and that it alone pays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from knowledge.document import LoadedPart
from knowledge.errors import (
    DocumentCorrupt,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentError,
    DocumentTooLarge,
    DocumentTypeMismatch,
)
from knowledge.limits import MEBIBYTE, ParseLimits
from knowledge.parsing import decode_part, encode_part, parse_guarded
from tests import factories_documents as make
from tests import factories_pictures as pictures

LONG = 60  # pages: more than a pipe holds, so that the worker still runs after the first
ROOT = Path(__file__).resolve().parent.parent.parent


def text_of(parts: list[LoadedPart]) -> str:
    return "\n".join(section.text for part in parts for section in part.sections)


@pytest.fixture(scope="module")
def long_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = [f"Line {n} of a page that says very little in a great many words." for n in range(50)]
    return make.write(tmp_path_factory.mktemp("long"), "stored", make.pdf_of_pages([page] * LONG))


def confined(code: str, limits: str = "ParseLimits()") -> subprocess.CompletedProcess[str]:
    """Run `code` in a process that has given up the rights a parsing worker gives up."""
    imports = "from knowledge.limits import ParseLimits\nfrom knowledge.parsing.worker import confine"
    program = f"{imports}\nconfine({limits})\n{code}"
    return subprocess.run(
        [sys.executable, "-P", "-c", program],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
    )


def test_a_document_arrives_page_by_page_with_its_locators(tmp_path: Path) -> None:
    path = make.write(tmp_path, "stored", make.pdf_of_pages([["# 手册", "甲。"], ["乙。"]], font=make.CHINESE_FONT))
    parts = list(parse_guarded(path, "手册.pdf"))
    assert [(part.pages_done, part.pages_total) for part in parts] == [(1, 2), (2, 2)]
    assert parts[1].sections[0].locator.heading == ("手册",)
    assert "甲。" in text_of(parts) and "乙。" in text_of(parts)


def test_the_loaders_refusals_cross_the_process_border(tmp_path: Path) -> None:
    with pytest.raises(DocumentTypeMismatch) as caught:
        list(parse_guarded(make.write(tmp_path, "a", b"text"), "a.pdf"))
    assert ".pdf" in caught.value.text.zh
    secret = make.pdf(lambda canvas: canvas.drawString(72, 700, "secret"), password="hunter2")
    with pytest.raises(DocumentEncrypted):
        list(parse_guarded(make.write(tmp_path, "b", secret), "b.pdf"))


@pytest.mark.parametrize(
    ("name", "data"), [("a.md", b"\n \n"), ("a.html", b"<p hidden>x</p>"), ("a.txt", b"-- *** --\n")]
)
def test_a_document_without_a_word_is_empty(name: str, data: bytes, tmp_path: Path) -> None:
    with pytest.raises(DocumentEmpty):
        list(parse_guarded(make.write(tmp_path, "a", data), name))


def test_a_document_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = make.write(tmp_path, "a", "<div>" * 400_000)
    with pytest.raises(DocumentTooLarge):
        list(parse_guarded(path, "a.html", limits=ParseLimits(wall_seconds=0.05)))


def test_a_document_that_takes_too_much_memory_is_given_up(tmp_path: Path) -> None:
    path = make.write(tmp_path, "a", b"word " * 3_000_000)
    with pytest.raises(DocumentTooLarge):
        list(parse_guarded(path, "a.txt", limits=ParseLimits(memory_bytes=80 * MEBIBYTE)))


def test_a_document_with_more_text_than_allowed_is_given_up(tmp_path: Path) -> None:
    path = make.write(tmp_path, "a", "word " * 1000)
    with pytest.raises(DocumentTooLarge):
        list(parse_guarded(path, "a.txt", limits=ParseLimits(characters=100)))


@pytest.mark.parametrize(
    ("death", "error"),
    [(signal.SIGSEGV, DocumentCorrupt), (signal.SIGKILL, DocumentTooLarge), (signal.SIGXCPU, DocumentTooLarge)],
)
def test_a_crash_of_the_reader_costs_its_document_alone(
    death: signal.Signals, error: type[DocumentError], long_pdf: Path
) -> None:
    parts, other = parse_guarded(long_pdf, "a.pdf"), parse_guarded(long_pdf, "b.pdf")
    next(parts)
    [child] = _children()
    next(other)
    os.kill(int(child), death)
    with pytest.raises(error):
        list(parts)
    assert len(list(other)) == LONG - 1


def test_giving_up_early_ends_the_worker(long_pdf: Path) -> None:
    parts = parse_guarded(long_pdf, "a.pdf")
    assert next(parts).pages_done == 1
    assert len(_children()) == 1
    parts.close()
    assert _children() == []


def test_only_a_document_with_a_scanned_page_loads_what_recognises(long_pdf: Path, tmp_path: Path) -> None:
    scan = make.write(tmp_path, "scan", pictures.scanned_pdf(*[pictures.page(["Leave is fifteen days."])] * 2))
    for path, expected in ((long_pdf, False), (scan, True)):
        parts = parse_guarded(path, "a.pdf")
        while not next(parts).sections:
            pass
        [child] = _children()
        assert (b"onnxruntime" in Path(f"/proc/{child}/maps").read_bytes()) is expected
        parts.close()


def test_recognition_has_time_and_memory_of_its_own(tmp_path: Path) -> None:
    path = make.write(tmp_path, "scan", pictures.scanned_pdf(*[pictures.page(["Leave is fifteen days."])] * 5))
    text_alone = {"wall_seconds": 20.0, "cpu_seconds": 1, "memory_bytes": 300 * MEBIBYTE}  # five pages take longer
    assert "fifteen" in text_of(list(parse_guarded(path, "a.pdf", limits=ParseLimits(**text_alone))))  # type: ignore[arg-type]
    for scarce in ({"page_seconds": 0}, {"recognition_seconds": 0}, {"recognition_bytes": 320 * MEBIBYTE}):
        with pytest.raises(DocumentTooLarge):
            list(parse_guarded(path, "a.pdf", limits=ParseLimits(**text_alone, **scarce)))  # type: ignore[arg-type]


def _children() -> list[str]:
    """Processes that read documents for this one and are still there."""
    return _started_by(_forks())


def _forks() -> str:
    """The process that they are forked from; other tests leave children of other kinds."""
    [found] = [one for one in _started_by("self") if b"parsing.forks" in Path(f"/proc/{one}/cmdline").read_bytes()]
    return found


def _started_by(pid: str) -> list[str]:
    """Each thread has its own list of children."""
    return [child for one in Path(f"/proc/{pid}/task").glob("*/children") for child in one.read_text().split()]


def test_readers_are_had_again_after_what_they_are_forked_from_was_killed(long_pdf: Path) -> None:
    parts = parse_guarded(long_pdf, "a.pdf")
    next(parts)
    os.kill(int(_forks()), signal.SIGKILL)
    assert len(list(parts)) == LONG - 1  # a reader at work goes on
    assert len(list(parse_guarded(long_pdf, "b.pdf"))) == LONG


def test_readers_end_with_the_process_they_read_for(long_pdf: Path) -> None:
    program = (
        "import os, psutil, sys; from pathlib import Path; from knowledge.parsing import parse_guarded\n"
        "next(parts := parse_guarded(Path(sys.argv[1]), 'a.pdf'))\n"
        "print(*[one.pid for one in psutil.Process().children(recursive=True)], flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(long_pdf)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    started = [int(one) for one in ended.stdout.split()]
    assert len(started) == 2
    deadline = time.monotonic() + 20
    while any(_runs(one) for one in started):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_reader_holds_nothing_of_another(long_pdf: Path) -> None:
    first, second = parse_guarded(long_pdf, "a.pdf"), parse_guarded(long_pdf, "b.pdf")
    next(first)
    next(second)
    for child in _children():
        links = [str(one.readlink()) for one in Path(f"/proc/{child}/fd").iterdir()]
        assert not [one for one in links if one.startswith("socket:")]
        assert len([one for one in links if one.startswith("pipe:")]) <= 2
    first.close()
    second.close()


def test_the_worker_sees_none_of_our_secrets(long_pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT_SECRET_KEY", "do not tell")
    parts = parse_guarded(long_pdf, "a.pdf")
    next(parts)
    [child] = _children()
    assert b"do not tell" not in Path(f"/proc/{child}/environ").read_bytes()
    parts.close()


@pytest.mark.parametrize(
    "forbidden",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "open('/tmp/never-written', 'w')",
        "import os; os.open('/tmp/never-written', os.O_CREAT | os.O_WRONLY)",
        "import os; os.remove('/tmp/never-there')",
        "import shutil; shutil.rmtree('/tmp/never-there')",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
    ],
)
def test_a_confined_process_neither_calls_out_nor_writes(forbidden: str) -> None:
    outcome = confined(forbidden)
    assert outcome.returncode == 1
    assert "PermissionError: a document's reader" in outcome.stderr


def test_a_confined_process_is_ended_at_its_limits() -> None:
    assert confined("while True: pass", "ParseLimits(cpu_seconds=1)").returncode < 0
    assert "MemoryError" in confined("bytes(10**9)").stderr


def test_a_part_survives_the_pipe() -> None:
    from knowledge.document import Locator, Section

    place = Locator(page=2, heading=("甲",), recognised=True)
    part = LoadedPart((Section("文本\n\nline", place), Section("b")), 2, 9, title="题", pages_recognised=1)
    assert decode_part(encode_part(part)) == part
