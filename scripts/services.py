"""A throw-away PostgreSQL cluster and a throw-away Redis for one run of the tests; runs inside `.venv`."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg
import redis

from scripts.system_packages import postgres_binary

POSTGRES = "CHATBOT_TEST_POSTGRES_URL"
REDIS = "CHATBOT_TEST_REDIS_URL"
DEFAULTS = {POSTGRES: "postgresql://root@127.0.0.1:5432/postgres", REDIS: "redis://127.0.0.1:6379/0"}
START_S = 30.0


@contextmanager
def services() -> Iterator[dict[str, str]]:
    """URLs of a PostgreSQL and a Redis to test on: those that answer already, else new ones, stopped at the end."""
    urls: dict[str, str] = {}
    with ExitStack() as started:
        for variable, answers, start in (
            (POSTGRES, postgres_answers, throwaway_postgres),
            (REDIS, redis_answers, throwaway_redis),
        ):
            url = os.environ.get(variable, DEFAULTS[variable])
            if not answers(url):
                own = started.enter_context(start())
                if own is None:
                    continue  # not installed: those tests say so themselves
                url = own
            urls[variable] = url
        yield urls


def postgres_answers(url: str) -> bool:
    """Whether tests may make databases and roles there."""

    async def is_superuser() -> bool:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            return bool(await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
        finally:
            await connection.close()

    try:
        return asyncio.run(is_superuser())
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False


def redis_answers(url: str) -> bool:
    """Whether a Redis is there."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


@contextmanager
def throwaway_postgres() -> Iterator[str | None]:
    """A cluster in a temporary folder, trusted on loopback; None where PostgreSQL is not installed."""
    initdb, pg_ctl = postgres_binary("initdb"), postgres_binary("pg_ctl")
    if initdb is None or pg_ctl is None:
        yield None
        return
    # PostgreSQL refuses to run as root; its package brings a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    with _folder("chatbot-postgres-", user) as folder:
        data, log, port = folder / "data", folder / "log", free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c max_connections=200"
        _quietly([initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"], user)
        _quietly([pg_ctl, "-D", data, "-l", log, "-o", options, "-w", "-t", str(int(START_S)), "start"], user)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _quietly([pg_ctl, "-D", data, "-m", "immediate", "stop"], user)


@contextmanager
def throwaway_redis() -> Iterator[str | None]:
    """A Redis that keeps nothing; None where Redis is not installed."""
    binary = shutil.which("redis-server")
    if binary is None:
        yield None
        return
    with _folder("chatbot-redis-", None) as folder:
        port = free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--appendonly", "no"]
        with subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL) as process:
            url = f"redis://127.0.0.1:{port}/0"
            try:
                deadline = time.monotonic() + START_S
                while not redis_answers(url) and process.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.05)
                yield url
            finally:
                process.terminate()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


@contextmanager
def _folder(prefix: str, user: str | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        if user is not None:
            owner = pwd.getpwnam(user)
            os.chown(name, owner.pw_uid, owner.pw_gid)
        yield Path(name)


def _quietly(command: Sequence[str | Path], user: str | None) -> None:
    """Run it; show its output only when it fails."""
    result = subprocess.run(command, user=user, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode != 0:
        print(result.stdout, result.stderr)
        raise subprocess.CalledProcessError(result.returncode, [str(part) for part in command])
