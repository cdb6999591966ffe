"""A process for each document, forked from one that is kept warm and has none of our environment.

For each reader three descriptors go over a Unix socket to `knowledge.parsing.forks`: its input, its output and one end
of a socket pair. On that the end of the reader is told as JSON: "code", negative for a signal, "peak" memory and what
it "shared" with the process it was forked from, both as the kernel counts them. Shutting it down ends the reader.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
# Native libraries keep to one thread: each further one would take address space, of which there is a limit.
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1",
    "MALLOC_ARENA_MAX": "1",
}  # fmt: skip
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes
_END_S = 10.0
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class End:
    """How a reader ended: its exit code, negative for a signal; the most bytes it held, 0 where that is not known."""

    code: int
    peak: int


class ReaderProcess:
    """One reader, already asked. `answer` is the descriptor of its output."""

    def __init__(self, answer: int, told: socket.socket) -> None:
        self.answer = answer
        self._told = told

    def end(self) -> End | None:
        """Ends it, unless it has ended, and waits until it is gone; None where nothing is known of its end."""
        if self._told.fileno() < 0:
            return None
        with self._told:
            try:
                self._told.shutdown(socket.SHUT_WR)
                told = json.loads(b"".join(iter(lambda: self._told.recv(1024), b"")))
            except (OSError, ValueError):  # what it was forked from is gone as well
                return None
            finally:
                os.close(self.answer)
        # A new process is credited with what it shares with the one it was forked from: a figure below says nothing.
        return End(told["code"], told["peak"] * _RSS_UNIT if told["peak"] > told["shared"] else 0)


class _Forks:
    """This process's own, started with the first document and again whenever it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def reader(self, request: bytes) -> ReaderProcess:
        """Raises OSError where no process can be had."""
        with self._lock:
            for _ in range(_ATTEMPTS - 1):
                try:
                    return _asked(self._running(), request)
                except (BrokenPipeError, ConnectionError):  # it was killed
                    self._stop()
            return _asked(self._running(), request)

    def stop(self) -> None:
        with self._lock:
            self._stop()

    def _running(self) -> socket.socket:
        if self._socket is None or self._owner != os.getpid():  # a fork of ours starts its own
            ours, theirs = socket.socketpair()
            with theirs:
                # -P keeps the current folder off the path, -B writes no bytecode; the environment holds no secrets.
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                    [sys.executable, "-P", "-B", "-m", "knowledge.parsing.forks", str(theirs.fileno())],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    env={**_ENVIRONMENT, "PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", os.defpath)},
                    cwd="/", start_new_session=True, pass_fds=[theirs.fileno()],
                )  # fmt: skip
            self._socket, self._owner = ours, os.getpid()
        return self._socket

    def _stop(self) -> None:
        if self._socket is None or self._process is None or self._owner != os.getpid():
            return
        self._socket.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._socket = self._process = None


def _asked(forks: socket.socket, request: bytes) -> ReaderProcess:
    answer, writes = os.pipe()
    reads, question = os.pipe()
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            socket.send_fds(forks, [b"\0"], [reads, writes, theirs.fileno()])
    except OSError:
        for fd in (answer, question):
            os.close(fd)
        ours.close()
        raise
    finally:
        os.close(reads)
        os.close(writes)
    reader = ReaderProcess(answer, ours)
    # Where it has ended before it was asked anything, its output ends as well.
    with contextlib.suppress(BrokenPipeError), os.fdopen(question, "wb", buffering=0) as stream:
        stream.write(request)
    return reader


_FORKS = _Forks()
atexit.register(_FORKS.stop)


def start_reader(request: bytes) -> ReaderProcess:
    """A new process of `knowledge.parsing.worker` with this on its input. Raises OSError where none can be had."""
    return _FORKS.reader(request)
