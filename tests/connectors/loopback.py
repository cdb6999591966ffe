"""A server on loopback that records what it receives and answers as the test says."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from connectors.address_guard import Resolver


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    lines: tuple[tuple[str, str], ...]  # the headers as they came, those given twice included


Answer = bytes | None  # None closes the connection without a word


@dataclass
class LoopbackServer:
    """`answer` is called for each request."""

    answer: Callable[[Received], Answer]
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def allowed(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode().strip().split("\r\n")
                told = [(name.lower(), value.strip()) for name, value in (line.split(":", 1) for line in lines)]
                headers = dict(told)
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                method, target, _ = first.split(" ")
                self.received.append(Received(method, target, headers, body, tuple(told)))
                answer = self.answer(self.received[-1])
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


def answering(body: bytes | str = b"{}", status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """A whole HTTP answer."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@asynccontextmanager
async def loopback(
    answer: Callable[[Received], Answer], tls: ssl.SSLContext | None = None
) -> AsyncIterator[LoopbackServer]:
    """The server, listening on a free port."""
    running = LoopbackServer(answer)
    listener = await asyncio.start_server(running.serve, "127.0.0.1", 0, ssl=tls)
    running.port = listener.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        listener.close()


class FlippingResolver(Resolver):
    """Gives one set of addresses after the other, as a rebinding name server does."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if not answer:
            raise OSError("no such name")
        return answer
