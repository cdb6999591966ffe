"""The product as a user runs it, in processes of its own: the demo tenants, the demo backend, one server."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from scripts.services import free_port

ROOT = Path(__file__).resolve().parents[1]
CHATBOT = [sys.executable, "-m", "chatbot.cli"]
START_S = 120.0


@dataclass(frozen=True, slots=True)
class Server:
    """A started server process."""

    process: psutil.Process
    port: int

    def cpu_seconds(self) -> float:
        """User and system time of the process since it began, and of those it started (one a document)."""
        total = 0.0
        for one in (self.process, *self.process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended, and counts with those of its parent
                times = one.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        return float(total)

    def resident_mib(self) -> float:
        """Memory held now."""
        return float(self.process.memory_info().rss / 2**20)


@dataclass(frozen=True, slots=True)
class Product:
    """The running platform and how to get into its first tenant."""

    server: Server
    http: httpx.Client
    api_key: str
    bot_id: str


@contextmanager
def product(data: Path) -> Iterator[Product]:
    """Loads the demo into `data` (at once when it is there already), serves it, and stops what it started."""
    port = free_port()
    environment = {
        **os.environ,
        "CHATBOT_DATA_DIR": str(data),
        "CHATBOT_PORT": str(port),
        "CHATBOT_LOG_LEVEL": "WARNING",
        # Limits protect an installation from one caller; here one caller is the load.
        "CHATBOT_RATE_LIMIT_KEY": "1000000/second",
        "OMP_NUM_THREADS": "1",
    }
    subprocess.run([*CHATBOT, "demo", "--load-only"], cwd=ROOT, env=environment, check=True, stdout=sys.stderr)
    access = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    tenant = access["tenants"][0]
    backend_port = httpx.URL(access["demo_url"]).port
    environment["CHATBOT_ALLOWED_PRIVATE_HOSTS"] = json.dumps([f"127.0.0.1:{backend_port}"])
    with ExitStack() as stack:
        backend = [*CHATBOT, "demo-backend", "--port", str(backend_port)]
        stack.enter_context(running(backend, environment, f"http://127.0.0.1:{backend_port}/"))
        base = f"http://127.0.0.1:{port}"
        process = stack.enter_context(running([*CHATBOT, "serve"], environment, f"{base}/health/ready"))
        key = tenant["api_key"]
        http = stack.enter_context(httpx.Client(base_url=base, headers={"X-API-Key": key}, timeout=120))
        yield Product(Server(psutil.Process(process.pid), port), http, key, tenant["bot_id"])


@contextmanager
def bare_endpoint() -> Iterator[Server]:
    """The floor, on a port of its own."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare_endpoint", str(port)]
    with running(command, os.environ, f"http://127.0.0.1:{port}/docs") as process:
        yield Server(psutil.Process(process.pid), port)


def ingest(product: Product, name: str, documents: Mapping[str, bytes]) -> tuple[str, float]:
    """A new knowledge base of these files, through the HTTP API; its id, and seconds until the last was ready."""
    answer = product.http.post("/v1/knowledge-bases", json={"name": name}).raise_for_status()
    knowledge_base_id = str(answer.json()["id"])
    place = f"/v1/knowledge-bases/{knowledge_base_id}/documents"
    started = time.perf_counter()
    for file_name, content in documents.items():
        product.http.post(place, files={"file": (file_name, content)}).raise_for_status()
    told = 0.0
    while True:
        states = _states(product, place)
        failed = [state for state in states if state["status"] == "failed"]
        if failed:
            raise RuntimeError(f"a document failed: {failed[0]['error']}")
        ready = sum(state["status"] == "ready" for state in states)
        if ready == len(documents):
            return knowledge_base_id, time.perf_counter() - started
        if time.perf_counter() - told > 10:
            told = time.perf_counter()
            print(f"  {ready} of {len(documents)} documents ready", file=sys.stderr, flush=True)
        time.sleep(0.1)


def _states(product: Product, place: str) -> list[dict[str, object]]:
    states: list[dict[str, object]] = []
    cursor: str | None = None
    while True:
        page = (
            product.http.get(place, params={"limit": 100, **({"cursor": cursor} if cursor else {})})
            .raise_for_status()
            .json()
        )
        states += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return states


@contextmanager
def running(command: list[str], environment: Mapping[str, str], url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server process from the moment it answers at `url`, its output on standard error; stopped at the end."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sys.stderr)
    try:
        deadline = time.monotonic() + START_S
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{' '.join(command)} did not start")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code < 500
    except httpx.HTTPError:
        return False
