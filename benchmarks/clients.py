"""Clients in a process of their own, so that their CPU time is not the server's: reads a job on standard input, writes
what it saw on standard output. Raw HTTP/1.1 over kept connections: an HTTP library would cost more than the server.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field


@dataclass(slots=True)
class Job:
    """Requests to send, in order, each once; the clock stops them early."""

    host: str
    port: int
    method: str
    path: str
    headers: dict[str, str]
    bodies: list[str]
    concurrency: int
    seconds: float


@dataclass(slots=True)
class Seen:
    """What came back. `kinds` counts what chat replies came of: "say", "refuse+retrieve", ..."""

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    cited: int = 0


async def send(job: Job) -> Seen:
    """As many connections as the concurrency, each sending its next request once the last is answered."""
    seen, errors, kinds = Seen(), Counter[str](), Counter[str]()
    waiting = iter(job.bodies)
    head = f"{job.method} {job.path} HTTP/1.1\r\nHost: {job.host}:{job.port}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in job.headers.items())
    started = time.perf_counter()

    async def client() -> None:
        reader, writer = await asyncio.open_connection(job.host, job.port)
        try:
            for body in waiting:
                if time.perf_counter() - started > job.seconds:
                    return
                data = body.encode()
                asked = time.perf_counter()
                writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
                status, answer = await _response(reader)
                seen.milliseconds.append((time.perf_counter() - asked) * 1000)
                if status >= 400:
                    errors[f"{status}"] += 1
                elif answer.startswith(b'{"reply"'):
                    metadata = json.loads(answer)["metadata"]
                    searched = "+retrieve" if "retrieve" in metadata["timings_ms"] else ""
                    kinds[f"{metadata['action']}{searched}"] += 1
                    seen.cited += bool(metadata.get("citations"))
        except (OSError, asyncio.IncompleteReadError) as error:
            errors[type(error).__name__] += 1
        finally:
            writer.close()

    await asyncio.gather(*(client() for _ in range(job.concurrency)))
    seen.seconds = time.perf_counter() - started
    seen.errors, seen.kinds = dict(errors), dict(kinds)
    return seen


async def _response(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in head else 0
    return status, await reader.readexactly(length)


if __name__ == "__main__":
    result = asyncio.run(send(Job(**json.load(sys.stdin))))
    json.dump(asdict(result), sys.stdout)
