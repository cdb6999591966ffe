"""The process that readers of documents are forked from: `python -m knowledge.parsing.forks FD`.

It has read the code and sees no document, so that each reader starts as clean as a fresh process would, without the
eighty milliseconds that a fresh process takes to begin. `knowledge.parsing.process` starts it and tells the protocol.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import selectors
import signal
import socket
import sys
from typing import NoReturn

from knowledge.parsing import worker

FDS = 3  # sent with each request: the reader's input and output, and the socket on which its end is told


class ReaderForks:
    """Forks for every request on `asked`, until its other end is closed; then nothing of it is left."""

    def __init__(self, asked: socket.socket) -> None:
        self._asked = asked
        self._selector = selectors.DefaultSelector()
        self._readers: dict[int, socket.socket] = {}  # by their process id
        self._ended, wakes = os.pipe()  # a byte whenever a reader has ended
        for fd in (self._ended, wakes):
            os.set_blocking(fd, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler, so that the byte below is written
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        self._selector.register(asked, selectors.EVENT_READ)
        self._selector.register(self._ended, selectors.EVENT_READ)

    def run(self) -> None:
        gc.collect()
        gc.freeze()  # what is shared with the readers is not looked through again in each of them
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._asked:
                    if not self._fork():
                        return self._end()
                elif key.fd == self._ended:
                    self._reap()
                else:
                    self._give_up(int(key.data))

    def _fork(self) -> bool:
        """False where nobody is left to ask."""
        message, fds, _, _ = socket.recv_fds(self._asked, 1, FDS)
        if not message:
            return False
        question, answer, told = fds
        control = socket.socket(fileno=told)
        try:
            child = os.fork()
            if child == 0:
                _become_reader(question, answer)
        except OSError:  # no process to be had: closing what came tells so
            control.close()
            return True
        finally:
            os.close(question)
            os.close(answer)
        self._readers[child] = control
        self._selector.register(control, selectors.EVENT_READ, data=child)
        return True

    def _give_up(self, child: int) -> None:
        """Whoever asked wants the reader ended; `_reap` tells when it is."""
        if child in self._readers:
            self._selector.unregister(self._readers[child])
            os.kill(child, signal.SIGKILL)

    def _reap(self) -> None:
        os.read(self._ended, 4096)  # more than that would wake again
        while self._readers:
            child, status, usage = os.wait4(-1, os.WNOHANG)
            if not child:
                return
            control = self._readers.pop(child)
            if control in self._selector.get_map():
                self._selector.unregister(control)
            own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            end = {"code": os.waitstatus_to_exitcode(status), "peak": usage.ru_maxrss, "shared": own}
            with control, contextlib.suppress(OSError):  # perhaps nobody wants to know
                control.sendall(json.dumps(end).encode("ascii"))

    def _end(self) -> None:
        for child in self._readers:
            os.kill(child, signal.SIGKILL)


def _become_reader(question: int, answer: int) -> NoReturn:
    """The child: nothing of the other readers stays open in it, and it belongs to no terminal."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.dup2(question, 0)
        os.dup2(answer, 1)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        worker.main()
    finally:
        os._exit(1)


if __name__ == "__main__":
    ReaderForks(socket.socket(fileno=int(sys.argv[1]))).run()
