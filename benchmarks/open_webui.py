"""Ingestion beside Open WebUI in one run: `python -m benchmarks.open_webui ENVIRONMENT MODEL [--rounds 2]`.

ENVIRONMENT is a virtual environment that holds `open-webui`, MODEL a folder with all-MiniLM-L6-v2 as
sentence-transformers loads it: the model that embeds English here. Both take the same English documents over HTTP, by
turns, no document twice; a document counts once a search can find it.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from benchmarks.ingestion import BYTES, DOCUMENTS, small_documents
from benchmarks.installation import Product, Server, ingest, product, running
from scripts.services import free_port

WARM_UP = 2  # documents
THIS = "this"
# Its batches hold one chunk by default. More threads than one wait for each other where several documents are embedded.
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "Open WebUI as it comes": {},
    "Open WebUI at its best": {"RAG_EMBEDDING_BATCH_SIZE": "32", "OMP_NUM_THREADS": "1"},
}
CLOSED_NETWORK = {
    "OFFLINE_MODE": "true",
    "HF_HUB_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "false",
    "DO_NOT_TRACK": "true",
    "SCARF_NO_ANALYTICS": "true",
    "ENABLE_OLLAMA_API": "false",
    "ENABLE_OPENAI_API": "false",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What it took until the last document could be found; `cpu_seconds` are of the server."""

    documents: int
    chunks: int
    seconds: float
    cpu_seconds: float


Contender = Callable[[str, Mapping[str, bytes]], Taken]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a line for each contender and round, then one for each contender with the ratio to it."""
    parser = argparse.ArgumentParser(prog="benchmarks.open_webui", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("environment", type=Path, help="a virtual environment that holds open-webui")
    parser.add_argument("model", type=Path, help="a folder with all-MiniLM-L6-v2, as sentence-transformers loads it")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args(arguments)
    files = list(small_documents(WARM_UP + options.rounds * DOCUMENTS, ["en"]).items())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chatbot-open-webui-")))
        contenders = {THIS: _this(stack.enter_context(product(folder / "this")))}
        for number, (name, settings) in enumerate(SETTINGS.items()):
            server = open_webui(options.environment, options.model.resolve(), folder / str(number), settings)
            contenders[name] = stack.enter_context(server)
        for contender in contenders.values():
            contender("Warm up", dict(files[:WARM_UP]))
        taken: dict[str, list[Taken]] = {name: [] for name in contenders}
        print(f"{DOCUMENTS} English Markdown documents of {BYTES / 1000} kB a round")
        for number, start in enumerate(range(WARM_UP, len(files), DOCUMENTS), 1):
            for name, contender in contenders.items():
                taken[name].append(contender(f"Round {number}", dict(files[start : start + DOCUMENTS])))
                print(f"round {number}: {line(name, taken[name][-1:])}", flush=True)
        print("\n".join(summary(taken)))
    return 0


def line(name: str, taken: Sequence[Taken]) -> str:
    """These measures of one contender together."""
    documents = sum(one.documents for one in taken)
    return (
        f"{name}: {documents / sum(one.seconds for one in taken):.2f} documents a second, "
        f"{sum(one.cpu_seconds for one in taken) / documents:.2f} s CPU and "
        f"{sum(one.chunks for one in taken) / documents:.1f} chunks a document"
    )


def summary(taken: Mapping[str, Sequence[Taken]]) -> Iterator[str]:
    """A line for each contender over all rounds; the others' say how much less time and CPU time this took."""
    seconds = {name: sum(one.seconds for one in mine) for name, mine in taken.items()}
    cpu = {name: sum(one.cpu_seconds for one in mine) for name, mine in taken.items()}
    for name, mine in taken.items():
        ratio = (
            f"; this: {seconds[name] / seconds[THIS]:.1f} x as fast, for 1/{cpu[name] / cpu[THIS]:.1f} of the CPU time"
        )
        yield line(name, mine) + ("" if name == THIS else ratio)


@contextmanager
def open_webui(environment: Path, model: Path, data: Path, settings: Mapping[str, str]) -> Iterator[Contender]:
    """Serves Open WebUI with these settings over a new data folder, without sign-in and without any other host."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [str(environment / "bin" / "open-webui"), "serve", "--host", "127.0.0.1", "--port", str(port)]
    variables = {
        **os.environ,
        **CLOSED_NETWORK,
        **settings,
        "DATA_DIR": str(data),
        "GLOBAL_LOG_LEVEL": "WARNING",
        "WEBUI_AUTH": "false",
        "WEBUI_SECRET_KEY": secrets.token_hex(),
        "RAG_EMBEDDING_ENGINE": "",  # sentence-transformers in its own process
        "RAG_EMBEDDING_MODEL": str(model),
    }
    data.mkdir()
    with running(command, variables, f"{base}/health") as process, httpx.Client(base_url=base, timeout=120) as http:
        access = http.post("/api/v1/auths/signin", json={"email": "", "password": ""}).raise_for_status().json()
        http.headers["Authorization"] = f"Bearer {access['token']}"
        server = Server(psutil.Process(process.pid), port)

        def contender(name: str, documents: Mapping[str, bytes]) -> Taken:
            place = http.post("/api/v1/knowledge/create", json={"name": name, "description": name}).raise_for_status()
            collection = str(place.json()["id"])
            before, started = server.cpu_seconds(), time.perf_counter()
            _ingest(http, collection, documents)
            seconds, cpu = time.perf_counter() - started, server.cpu_seconds() - before
            return Taken(len(documents), _chunks(http, collection, documents), seconds, cpu)

        yield contender


def _this(running: Product) -> Contender:
    def contender(name: str, documents: Mapping[str, bytes]) -> Taken:
        before = running.server.cpu_seconds()
        knowledge_base_id, seconds = ingest(running, name, documents)
        cpu = running.server.cpu_seconds() - before
        held = running.http.get(f"/v1/knowledge-bases/{knowledge_base_id}").raise_for_status().json()
        return Taken(len(documents), held["chunk_count"], seconds, cpu)

    return contender


def _ingest(http: httpx.Client, collection: str, documents: Mapping[str, bytes]) -> None:
    """As its own pages do: uploads that name the knowledge base, which take a file up when they have embedded it."""
    waiting = [
        http.post(
            "/api/v1/files/",
            files={"file": (name, content, "text/markdown")},
            data={"metadata": json.dumps({"knowledge_id": collection})},
        )
        .raise_for_status()
        .json()["id"]
        for name, content in documents.items()
    ]
    while waiting:
        state = http.get(f"/api/v1/files/{waiting[0]}/process/status").raise_for_status().json()
        if state["status"] == "failed":
            raise RuntimeError(f"Open WebUI: a document failed: {state['error']}")
        if state["status"] == "completed":
            del waiting[0]
        else:
            time.sleep(0.1)


def _chunks(http: httpx.Client, collection: str, documents: Mapping[str, bytes]) -> int:
    """How many chunks a search finds; raises when a document has none."""
    asked = {"collection_names": [collection], "query": "How long is the warranty?", "k": 1_000_000}
    found = http.post("/api/v1/retrieval/query/collection", json=asked).raise_for_status().json()["metadatas"][0]
    if missing := documents.keys() - {chunk["name"] for chunk in found}:
        raise RuntimeError(f"Open WebUI: not searchable: {sorted(missing)}")
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
