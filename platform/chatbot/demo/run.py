"""`chatbot demo`: from nothing to two tenants that answer."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import closing

import uvicorn
import uvloop
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from chatbot.demo import credentials
from chatbot.demo.backend import create_backend
from chatbot.demo.credentials import DemoCredentials
from chatbot.demo.load import DemoAccess, load_demo
from chatbot.foundation.errors import ServiceUnavailable
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.logs import configure_logging
from chatbot.foundation.migrate import migrate
from chatbot.foundation.server import configure
from chatbot.foundation.settings import Settings
from chatbot.main import create_app
from chatbot.wiring import build
from knowledge.embedders.weights import WEIGHTS, fetch
from web.demo_page import render_demo_page

BACKEND_HOST = "127.0.0.1"
BACKEND_PORT = 8900  # the first choice; any free port serves


def run_demo(settings: Settings, *, load_only: bool = False) -> None:
    """Serves until interrupted, or returns once everything is loaded."""
    started = time.monotonic()
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level, settings.log_format)
    with closing(_own_socket(settings)) as own_socket, closing(_backend_socket()) as backend_socket:
        fetch(list(WEIGHTS), settings.weights_dir, _say)
        migrate(settings.async_database_url)
        backend_port = backend_socket.getsockname()[1]
        settings = settings.model_copy(
            update={"allowed_private_hosts": (*settings.allowed_private_hosts, f"{BACKEND_HOST}:{backend_port}")}
        )
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_load_and_serve(settings, own_socket, backend_socket, started, load_only))


def run_backend(host: str, port: int) -> None:
    """The demo backend alone."""
    print(f"Demo backend (invented weather and orders) on http://{host}:{port}")
    uvicorn.run(create_backend(), host=host, port=port, log_level="warning")


async def _load_and_serve(
    settings: Settings, own_socket: socket.socket, backend_socket: socket.socket, started: float, load_only: bool
) -> None:
    backend_port = backend_socket.getsockname()[1]
    backend_url = f"http://{BACKEND_HOST}:{backend_port}"
    parts = build(settings)
    await parts.start()
    file = settings.data_dir / "demo.json"
    try:
        access = await load_demo(
            parts,
            backend_url=backend_url,
            origins=[backend_url, f"http://localhost:{backend_port}"],
            known=credentials.read_known(file),
            progress=_say,
        )
    except BaseException:
        await parts.stop()
        raise
    demo = DemoCredentials(
        base_url=settings.base_url,
        demo_url=f"{backend_url}/",
        admin_url=f"{settings.base_url}/admin",
        tenants=access,
    )
    credentials.write(file, demo)
    if load_only:
        await parts.stop()
        return
    await parts.get(JobQueue).stop()  # the application starts them again when it serves
    _start_backend(_backend_app(settings.base_url, access), backend_socket)
    server = uvicorn.Server(configure(create_app(settings, parts=parts), settings))
    announced = asyncio.create_task(_announce(server, demo, str(file), started))
    try:
        await server.serve([own_socket])
    finally:
        announced.cancel()


def _backend_app(base_url: str, access: Sequence[DemoAccess]) -> FastAPI:
    """The backend's origin is not the platform's, so the page on it embeds the widget as a customer's site would."""
    app = create_backend()
    widget_key = access[0].widget_key

    @app.get("/", include_in_schema=False)
    async def page(lang: str = "zh") -> HTMLResponse:
        return HTMLResponse(render_demo_page(base_url, widget_key, "en" if lang == "en" else "zh"))

    return app


def _start_backend(app: FastAPI, backend_socket: socket.socket) -> None:
    """In a thread of its own, which ends with the process."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    threading.Thread(target=server.run, args=([backend_socket],), daemon=True, name="demo-backend").start()


def _own_socket(settings: Settings) -> socket.socket:
    """Taken before anything is loaded, so that a second start on the same port changes nothing."""
    try:
        return _bound_socket(settings.host, settings.port)
    except OSError as error:
        raise ServiceUnavailable(
            f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}); choose another with CHATBOT_PORT."
        ) from error


def _backend_socket() -> socket.socket:
    try:
        return _bound_socket(BACKEND_HOST, BACKEND_PORT)
    except OSError:
        return _bound_socket(BACKEND_HOST, 0)


def _bound_socket(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(found[0], found[1])
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(found[4])
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


async def _announce(server: uvicorn.Server, demo: DemoCredentials, file: str, started: float) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn offers a flag and no event
        await asyncio.sleep(0.05)
    first = demo.tenants[0]
    lines = [
        "",
        f"  Ready after {time.monotonic() - started:.1f} s. Stop with Ctrl+C.",
        "",
        f"  Chat widget   {demo.demo_url}   (English: {demo.demo_url}?lang=en)",
        f"  Admin         {demo.admin_url}",
        *(f"      {tenant.slug:<8}  {tenant.email}   {tenant.password}" for tenant in demo.tenants),
        f"  API key       {first.api_key}   ({first.slug})",
        f"  API docs      {demo.base_url}/docs",
        f"  All of this   {file}",
        "",
        "  Try it:",
        "",
        f"  curl -s {demo.base_url}/chatbot -H 'X-API-Key: {first.api_key}' \\",
        '       -H \'Content-Type: application/json\' -d \'{"user_id":"U12345","message":"今天北京天气怎么样?"}\'',
        "",
    ]
    print("\n".join(lines), flush=True)


def _say(line: str) -> None:
    print(f"  {line}", flush=True)
