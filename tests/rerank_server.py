"""A server that speaks `POST /rerank`, over real HTTP, and can be told to misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class RerankServer(ThreadingHTTPServer):
    """Relevance is the share of the words of `liked` that a document holds.

    `failures` are answered first, one status each; `body` instead of scores; `delay_s` before each answer.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.liked: tuple[str, ...] = ()
        self.failures: list[int] = []
        self.body: object = None
        self.delay_s = 0.0
        self.trickles = False
        self.asked: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has left is no error here."""


class _Handler(BaseHTTPRequestHandler):
    server: RerankServer

    def do_POST(self) -> None:
        server = self.server
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.asked.append(asked)
        server.authorizations.append(self.headers.get("Authorization"))
        time.sleep(server.delay_s)
        if self.path != "/v1/rerank" or server.failures:
            self.send_response(server.failures.pop(0) if server.failures else 404)
            self.send_header("Location", server.base_url + "/rerank")
            self.end_headers()
            return
        scores = [
            sum(word in document for word in server.liked) / max(len(server.liked), 1)
            for document in asked["documents"]
        ]
        results = [{"index": index, "relevance_score": score} for index, score in enumerate(scores)]
        answer = {"results": sorted(results, key=lambda one: -one["relevance_score"])}
        self.send_response(200)
        self.end_headers()
        content = json.dumps(answer if server.body is None else server.body).encode()
        if not server.trickles:
            self.wfile.write(content)
            return
        for byte in content:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.05)

    def log_message(self, *arguments: object) -> None:
        """Keeps the test's output quiet."""


@contextmanager
def rerank_server() -> Iterator[RerankServer]:
    server = RerankServer()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
