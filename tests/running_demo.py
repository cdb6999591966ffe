"""The product as a newcomer starts it: `chatbot demo` in its own process, on free ports, in its own data folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

LONGEST_START_S = 240
DEAD_ORIGIN = "127.0.0.1:9"  # allowed to connectors, and nobody listens there


@dataclass(frozen=True, slots=True)
class DemoTenantAccess:
    """One entry of `demo.json`."""

    slug: str
    email: str
    password: str
    api_key: str
    bot_id: str
    knowledge_base_id: str
    widget_key: str


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """A server that answers; `log` holds what it printed."""

    base_url: str
    demo_url: str
    admin_url: str
    tenants: tuple[DemoTenantAccess, ...]
    data_dir: Path
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def acme(self) -> DemoTenantAccess:
        return self.tenants[0]

    @property
    def globex(self) -> DemoTenantAccess:
        return self.tenants[1]

    def client(self, tenant: DemoTenantAccess | None = None) -> httpx.Client:
        """Calls with the tenant's API key, or with no credential."""
        headers = {"X-API-Key": tenant.api_key} if tenant else {}
        return httpx.Client(base_url=self.base_url, headers=headers, timeout=60, trust_env=False)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def free_port() -> int:
    """Free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_demo(data_dir: Path, *, port: int | None = None, environment: Mapping[str, str] | None = None) -> RunningDemo:
    """Returns once the server is ready. Raises RuntimeError with its output when it isn't in time."""
    port = port or free_port()
    data_dir.mkdir(parents=True, exist_ok=True)
    log = data_dir / "demo.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "chatbot.cli", "demo"],
            env=_environment(data_dir, port, environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=data_dir,
        )
    base_url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + LONGEST_START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{base_url}/health/ready", timeout=5, trust_env=False).status_code == 200:
                return _running(data_dir, log, process)
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    process.kill()
    process.wait()
    raise RuntimeError(f"the demo did not start:\n{log.read_text(errors='replace')[-4000:]}")


@contextmanager
def running_demo(data_dir: Path, *, environment: Mapping[str, str] | None = None) -> Iterator[RunningDemo]:
    """Stopped at the end."""
    demo = start_demo(data_dir, environment=environment)
    try:
        yield demo
    finally:
        demo.stop()


def _environment(data_dir: Path, port: int, extra: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHATBOT_")}
    cache = os.environ.get("CHATBOT_MODELS_CACHE")
    return {
        **kept,
        **({"CHATBOT_MODELS_CACHE": cache} if cache else {}),
        "CHATBOT_DATA_DIR": str(data_dir),
        "CHATBOT_PORT": str(port),
        "CHATBOT_ALLOWED_PRIVATE_HOSTS": json.dumps([DEAD_ORIGIN]),
        "CHATBOT_RATE_LIMIT_KEY": "100000/minute",
        "CHATBOT_RATE_LIMIT_LOGIN": "100000/minute",
        "CHATBOT_RATE_LIMIT_VISITOR": "100000/minute",
        **extra,
    }


def _running(data_dir: Path, log: Path, process: subprocess.Popen[bytes]) -> RunningDemo:
    said = json.loads((data_dir / "demo.json").read_text(encoding="utf-8"))
    return RunningDemo(
        base_url=said["base_url"],
        demo_url=said["demo_url"],
        admin_url=said["admin_url"],
        tenants=tuple(DemoTenantAccess(**entry) for entry in said["tenants"]),
        data_dir=data_dir,
        log=log,
        process=process,
    )
