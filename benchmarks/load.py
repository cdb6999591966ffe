"""Bounded load on loopback: how long turns take and what they cost, beside a bare endpoint in the same run.

    python -m benchmarks.load [--data FOLDER] [--chunks 10000] [--seconds 5] [--json FILE]

Every request is a turn never seen before, in a conversation of its own. The clients run in a process of their own, on
the same machine: figures are of the server process alone, and the ratios to the bare endpoint carry to other machines.
With --data the installation is kept, and the next run does not ingest again.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import bare_endpoint, handbook
from benchmarks.clients import Job, Seen
from benchmarks.installation import ROOT, Product, Server, ingest, product
from benchmarks.installation import bare_endpoint as running_bare_endpoint

CONCURRENCIES = (1, 16, 64)
WARM_UP = 40  # requests before a clock runs: lazy imports, caches, connections
MOST = 4000  # requests of one cell
NUMBERS = itertools.count()  # of every request of this run
OPENINGS = {
    "en": (
        "Hello",
        "Hi",
        "Hey",
        "Good morning",
        "Good evening",
        "Good afternoon",
        "Hi there",
        "Hello there",
        "Hey there",
    ),
    "zh": ("你好", "您好", "早上好", "下午好", "晚上好", "嗨", "哈喽", "你好呀", "您好啊"),
}
ENDINGS = {"en": ("!", ".", "!!", "", " :)", "...", "~"), "zh": ("!", "。", "!!", "", "~", "…", "!~")}
CITIES = {
    "zh": ("北京", "上海", "广州", "深圳", "杭州", "成都"),
    "en": ("Beijing", "Shanghai", "London", "Paris", "Tokyo", "New York"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One turn at one concurrency."""

    turn: str
    concurrency: int
    requests: int
    errors: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_ms: float
    rss_mib: float
    as_meant: float  # share of the replies that were what the turn is about


@dataclass(frozen=True, slots=True)
class Turn:
    """What is asked, `number` making it new each time; `action` is what metadata must say."""

    name: str
    path: str
    message: Callable[[int], str] | None = None
    actions: tuple[str, ...] = ()
    cited: bool = False


def main(arguments: Sequence[str] | None = None) -> int:
    """1 when a request failed."""
    options = _parser().parse_args(arguments)
    sections = handbook.sections(options.chunks)
    turns = (
        Turn("health", "/health/live"),
        Turn("intent reply", "/chatbot", _greeting, ("say",)),
        Turn("connector turn", "/chatbot", _weather, ("call_connector", "say")),
        Turn("knowledge answer", "/chatbot", lambda number: sections[number % len(sections)].question, cited=True),
    )
    cells: list[Cell] = []
    with ExitStack() as stack:
        data = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chatbot-load-")))
        floor = stack.enter_context(running_bare_endpoint())
        running = stack.enter_context(product(data))
        fill(running, data, options.chunks)
        bearer = {"Authorization": f"Bearer {bare_endpoint.token()}"}
        for concurrency in CONCURRENCIES:
            bare = Turn("bare FastAPI + JWT", "/chatbot", _greeting)
            cells.append(measure(bare, floor, bearer, concurrency, options.seconds))
            for turn in turns:
                headers = {"X-API-Key": running.api_key}
                cells.append(measure(turn, running.server, headers, concurrency, options.seconds))
            print(f"c = {concurrency} done", file=sys.stderr, flush=True)
    print(table(cells))
    if options.json:
        options.json.write_text(json.dumps([asdict(cell) for cell in cells], indent=2) + "\n")
    return 1 if any(cell.errors for cell in cells) else 0


def fill(running: Product, data: Path, chunks: int) -> None:
    """The default bot answers from a knowledge base of this many chunks, and from nothing else."""
    kept = data / f"benchmark-{chunks}.json"
    if kept.exists():
        knowledge_base_id = json.loads(kept.read_text())
    else:
        files = {name: text.encode() for name, text in handbook.documents(chunks)}
        knowledge_base_id, seconds = ingest(running, f"Handbook {chunks}", files)
        kept.write_text(json.dumps(knowledge_base_id))
        print(f"  ingested in {seconds:.0f} s", file=sys.stderr, flush=True)
    held = running.http.get(f"/v1/knowledge-bases/{knowledge_base_id}").raise_for_status().json()["chunk_count"]
    print(f"  the knowledge base holds {held} chunks", file=sys.stderr, flush=True)
    change = {"knowledge_base_ids": [knowledge_base_id]}
    running.http.patch(f"/v1/bots/{running.bot_id}", json=change).raise_for_status()


def measure(turn: Turn, server: Server, headers: dict[str, str], concurrency: int, seconds: float) -> Cell:
    """Warm, then timed."""
    send(turn, server, headers, WARM_UP, min(concurrency, 4), 60)
    before = server.cpu_seconds()
    seen = send(turn, server, headers, MOST, concurrency, seconds)
    cpu = server.cpu_seconds() - before
    times = sorted(seen.milliseconds) or [0.0]
    done = max(1, len(seen.milliseconds))
    meant = sum(count for action, count in seen.kinds.items() if action in turn.actions) if turn.actions else done
    return Cell(
        turn=turn.name,
        concurrency=concurrency,
        requests=len(seen.milliseconds),
        errors=sum(seen.errors.values()),
        per_second=done / seen.seconds,
        p50_ms=_percentile(times, 0.50),
        p95_ms=_percentile(times, 0.95),
        p99_ms=_percentile(times, 0.99),
        cpu_ms=1000 * cpu / done,
        rss_mib=server.resident_mib(),
        as_meant=(seen.cited if turn.cited else meant) / done,
    )


def send(turn: Turn, server: Server, headers: dict[str, str], requests: int, concurrency: int, seconds: float) -> Seen:
    """From a process of its own."""
    bodies = [_body(turn, next(NUMBERS)) for _ in range(requests)]
    method = "POST" if turn.message else "GET"
    sent = {**headers, "Content-Type": "application/json"}
    job = Job("127.0.0.1", server.port, method, turn.path, sent, bodies, concurrency, seconds)
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.clients"], cwd=ROOT, input=json.dumps(asdict(job)), stdout=subprocess.PIPE,
        text=True, check=True,
    )  # fmt: skip
    return Seen(**json.loads(result.stdout))


def table(cells: Sequence[Cell]) -> str:
    """Ratios are to the bare endpoint at the same concurrency."""
    floors = {cell.concurrency: cell.cpu_ms for cell in cells if cell.turn.startswith("bare")}
    lines = [
        f"{'turn':<20}{'c':>4}{'requests':>10}{'errors':>8}{'rps':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}"
        f"{'CPU ms':>9}{'x bare':>8}{'RSS MiB':>9}{'as meant':>10}"
    ]
    for cell in cells:
        ratio = cell.cpu_ms / max(floors[cell.concurrency], 1e-9)
        lines.append(
            f"{cell.turn:<20}{cell.concurrency:>4}{cell.requests:>10}{cell.errors:>8}{cell.per_second:>8.0f}"
            f"{cell.p50_ms:>9.1f}{cell.p95_ms:>9.1f}{cell.p99_ms:>9.1f}{cell.cpu_ms:>9.2f}{ratio:>8.1f}"
            f"{cell.rss_mib:>9.0f}{cell.as_meant:>10.1%}"
        )
    return "\n".join(lines)


def _body(turn: Turn, number: int) -> str:
    if turn.message is None:
        return ""
    return json.dumps({"user_id": f"load-{number}", "message": turn.message(number)})


def _greeting(number: int) -> str:
    """Two greetings in a row, as people do; hundreds of them, before any comes again."""
    language = ("en", "zh")[number % 2]
    openings, endings = OPENINGS[language], ENDINGS[language]
    number, first = divmod(number // 2, len(openings))
    number, second = divmod(number, len(openings))
    comma, then = (", ", openings[second].lower()) if language == "en" else (",", openings[second])
    return f"{openings[first]}{comma}{then}{endings[number % len(endings)]}"


def _weather(number: int) -> str:
    if number % 2:
        return f"今天{CITIES['zh'][number // 2 % 6]}天气怎么样?"
    return f"What is the weather like in {CITIES['en'][number // 2 % 6]} today?"


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.load", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="keep the installation here and use it again")
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=5.0, help="longest time of one cell")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
